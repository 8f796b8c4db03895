package io.sluice.ring.simulation;

/**
 * What a kernel, a disk or a network may do to a program. {@link FaultPlan} gives each a
 * probability, per operation unless the fault says otherwise.
 */
public enum Fault {
  /** The operation takes up to some virtual seconds longer. */
  DELAY(0.3),
  /** The completion overtakes others that are waiting to be drained. */
  REORDER(0.5),
  /** The operation has happened, but its completion comes later. */
  LATE_COMPLETION(0.2),
  /** {@code submitAndWait} returns later than it could, with more completions. */
  LATE_WAKE_UP(0.5),
  /** A file read returns fewer bytes than there are: at least 1, or one block with O_DIRECT. */
  SHORT_READ(0.3),
  /** A {@code recv} returns fewer bytes than there are: at least 1. */
  SHORT_RECEIVE(0.5),
  /** A {@code send} takes fewer bytes than there is room for: at least 1. */
  SHORT_SEND(0.5),
  /** {@code -EAGAIN} without a reason. */
  TRY_AGAIN(0.1),
  /** {@code -EINTR}. */
  INTERRUPTED(0.1),
  /** {@code -ENOMEM}. */
  OUT_OF_MEMORY(0.02),
  /** {@code -ECANCELED} though nobody asked for it. */
  CANCELLED(0.02),
  /** The connection is reset; the operation ends with {@code -ECONNRESET}. */
  CONNECTION_RESET(0.02),
  /** The connection is gone; the send ends with {@code -EPIPE}. */
  BROKEN_PIPE(0.02),
  /** {@code connect} fails: refused, timed out or unreachable. */
  CONNECT_FAILURE(0.2),
  /** A read ends with {@code -EIO}, once. */
  READ_ERROR(0.02),
  /** {@code accept} or {@code openat} ends with {@code -EMFILE} or {@code -ENFILE}. */
  TOO_MANY_FILES(0.1),
  /**
   * A cancel request meets its target at an unlucky moment: any legal pair of results in any order.
   */
  CANCEL_RACE(0.8),
  /** The file shrinks to a random size just before it is read. */
  FILE_TRUNCATED(0.005),
  /** Pages that were said to be resident are dropped before they are used. */
  PAGES_DROPPED(0.1),
  /** The file loses its name just before it is read; open descriptors go on. */
  FILE_UNLINKED(0.01);

  /** The highest probability that {@link FaultPlan#random} chooses. */
  final double probabilityMax;

  Fault(double probabilityMax) {
    this.probabilityMax = probabilityMax;
  }
}
