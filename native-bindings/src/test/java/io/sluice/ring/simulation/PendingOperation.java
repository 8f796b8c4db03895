package io.sluice.ring.simulation;

import java.lang.foreign.MemorySegment;

/** One submission, from the call on the ring until its completion has been drained. */
final class PendingOperation {
  /** The calls of {@link io.sluice.ring.Ring}. */
  enum Kind {
    ACCEPT(true),
    CONNECT(true),
    RECV(true),
    SEND(true),
    OPEN_AT(false),
    STATX(false),
    CLOSE(false),
    READ(false),
    WRITE(true),
    FADVISE(false),
    POLL(true),
    TIMEOUT(true),
    CANCEL(false);

    /** Whether the kernel waits for readiness, where it can always be cancelled. */
    final boolean pollable;

    Kind(boolean pollable) {
      this.pollable = pollable;
    }
  }

  /** How far the operation has come. */
  enum State {
    /** In the submission queue; the kernel has not seen it. */
    PREPARED,
    /** The kernel works on it. */
    RUNNING,
    /** Waits for its descriptor to become ready, or for its time. */
    BLOCKED,
    /** It has happened; the completion is not visible yet. */
    EXECUTED,
    /** The completion waits to be drained. */
    POSTED,
    /** Over. */
    DRAINED
  }

  final long id;
  final Kind kind;
  final SimulatedRing ring;
  final int fd;
  final long userData;

  /** The memory that is read or written, and its size in bytes; for paths without the NUL. */
  long address;

  int length;

  /** The 256 bytes that {@code statx} fills. */
  long statxAddress;

  long fileOffset;
  int flags;
  int mask;
  long targetUserData;

  FileDescription description;
  State state = State.PREPARED;

  /** The error the dice decided on at submission, positive; 0 for none. */
  int injectedError;

  /** The next step; null while the operation waits for others. */
  VirtualClock.Event event;

  /** Whether a worker thread does it, which begins a little later. */
  boolean byWorker;

  /** Whether it had to wait; a send that did waits until a third of the buffer is free. */
  boolean wasBlocked;

  int result;

  PendingOperation(long id, Kind kind, SimulatedRing ring, int fd, long userData) {
    this.id = id;
    this.kind = kind;
    this.ring = ring;
    this.fd = fd;
    this.userData = userData;
  }

  /** The memory at {@link #address}. */
  MemorySegment memory() {
    return MemorySegment.ofAddress(address).reinterpret(length);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(kind).append('#').append(id).append("(userData=0x");
    text.append(Long.toHexString(userData));
    if (kind == Kind.CANCEL) {
      text.append(", target=0x").append(Long.toHexString(targetUserData));
    } else if (kind != Kind.TIMEOUT) {
      text.append(", fd=").append(fd);
    }
    if (length != 0) {
      text.append(", length=").append(length);
    }
    if (kind == Kind.READ) {
      text.append(", offset=").append(fileOffset);
    }
    return text.append(")").toString();
  }
}
