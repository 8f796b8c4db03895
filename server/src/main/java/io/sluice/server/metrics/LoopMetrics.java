package io.sluice.server.metrics;

import io.sluice.server.http.DigestKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * The counters and latency histograms of one event loop.
 *
 * <p>Every public method is for the loop's own thread: one writer, no lock, no wait, no allocation
 * after the constructor. Another thread reads each value as the writer last stored it; values are
 * not a snapshot of one instant, but each counter only grows. An index outside its family ({@link
 * Route}, {@link ByteSource}, {@link AbortReason}, {@link RejectReason}) is a programming error and
 * throws {@link IndexOutOfBoundsException}.
 */
public final class LoopMetrics {
  /** A turn of the loop that is busy for longer counts as a stall: 50 ms, in nanoseconds. */
  public static final long STALL_THRESHOLD_NS = 50_000_000L;

  /** Status classes 1xx to 5xx. */
  static final int STATUS_CLASSES = 5;

  /** Time to first byte is kept apart for manifests, blobs and everything else. */
  static final int FIRST_BYTE_GROUPS = 3;

  static final int REQUESTS = 0;
  static final int BYTES_SERVED = REQUESTS + Route.COUNT * STATUS_CLASSES;
  static final int TRANSFERS_ABORTED = BYTES_SERVED + ByteSource.COUNT;
  static final int REQUESTS_REJECTED = TRANSFERS_ABORTED + AbortReason.COUNT;
  static final int FIRST_BYTE_NS = REQUESTS_REJECTED + RejectReason.COUNT;
  static final int TRANSFERS_COMPLETED = FIRST_BYTE_NS + FIRST_BYTE_GROUPS;
  static final int TRANSFER_NS = TRANSFERS_COMPLETED + 1;
  static final int TRANSFER_BYTES = TRANSFER_NS + 1;
  static final int CONNECTIONS_OPENED = TRANSFER_BYTES + 1;
  static final int CONNECTIONS_CLOSED = CONNECTIONS_OPENED + 1;
  static final int CONNECTIONS_MOVED_IN = CONNECTIONS_CLOSED + 1;
  static final int CONNECTIONS_MOVED_OUT = CONNECTIONS_MOVED_IN + 1;
  static final int ACCEPT_PAUSES = CONNECTIONS_MOVED_OUT + 1;
  static final int ACCEPT_FAILURES = ACCEPT_PAUSES + 1;
  static final int POOL_CAPACITY = ACCEPT_FAILURES + 1;
  static final int POOL_IN_USE = POOL_CAPACITY + 1;
  static final int POOL_IN_USE_MAX = POOL_IN_USE + 1;
  static final int POOL_WAITS = POOL_IN_USE_MAX + 1;
  static final int POOL_WAIT_NS = POOL_WAITS + 1;
  static final int BUFFERS_REVOKED = POOL_WAIT_NS + 1;
  static final int LOOP_TURNS = BUFFERS_REVOKED + 1;
  static final int LOOP_BUSY_NS = LOOP_TURNS + 1;
  static final int LOOP_STALLS = LOOP_BUSY_NS + 1;
  static final int LOOP_TURN_MAX_NS = LOOP_STALLS + 1;
  static final int DISK_READ_BYTES = LOOP_TURN_MAX_NS + 1;
  static final int OPEN_BLOBS = DISK_READ_BYTES + 1;
  static final int CONTROL_REQUESTS = OPEN_BLOBS + 1;
  static final int RELAYS_SHARED = CONTROL_REQUESTS + 1;
  static final int PEER_HEDGES = RELAYS_SHARED + 1;
  static final int PEER_FAILOVERS = PEER_HEDGES + 1;
  static final int PEER_CALLS_FAILED = PEER_FAILOVERS + 1;
  private static final int VALUE_COUNT = PEER_CALLS_FAILED + 1;

  /** Longs before and after the values: two cache lines, as adjacent lines are fetched in pairs. */
  private static final int PADDING = 16;

  private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);

  private final int loop;
  private final long[] values = new long[PADDING + VALUE_COUNT + PADDING];
  private final LatencyRecorder[] firstByte = new LatencyRecorder[FIRST_BYTE_GROUPS];
  private final LatencyRecorder transfer = new LatencyRecorder();
  private final Deliveries deliveries = new Deliveries();

  /**
   * Allocates everything that the loop will write.
   *
   * @param loop number of the loop, the value of the label {@code loop}
   */
  public LoopMetrics(final int loop) {
    this.loop = loop;
    for (int group = 0; group < FIRST_BYTE_GROUPS; group++) {
      firstByte[group] = new LatencyRecorder();
    }
  }

  /**
   * A request was answered completely.
   *
   * @param route one of {@link Route}
   * @param status HTTP status code of the answer
   * @param timeToFirstByteNs from the request's last byte read to the answer's first byte handed to
   *     the kernel, in nanoseconds; negative if no byte was sent, and then not recorded
   */
  public void requestCompleted(final int route, final int status, final long timeToFirstByteNs) {
    Objects.checkIndex(route, Route.COUNT);
    final int statusClass = Math.max(1, Math.min(status / 100, STATUS_CLASSES)) - 1;
    add(REQUESTS + route * STATUS_CLASSES + statusClass, 1);
    if (timeToFirstByteNs >= 0) {
      final int group = firstByteGroup(route);
      add(FIRST_BYTE_NS + group, timeToFirstByteNs);
      firstByte[group].record(timeToFirstByteNs);
    }
  }

  /**
   * A request or connection was turned away before any route saw it.
   *
   * @param reason one of {@link RejectReason}
   */
  public void requestRejected(final int reason) {
    add(REQUESTS_REJECTED + Objects.checkIndex(reason, RejectReason.COUNT), 1);
  }

  /**
   * Body bytes were accepted by the client's socket.
   *
   * @param source one of {@link ByteSource}
   * @param bytes how many
   */
  public void bytesServed(final int source, final long bytes) {
    add(BYTES_SERVED + Objects.checkIndex(source, ByteSource.COUNT), bytes);
  }

  /**
   * A transfer sent its last byte.
   *
   * @param durationNs from its start to its last byte, in nanoseconds
   * @param bytes how many body bytes it sent
   */
  public void transferCompleted(final long durationNs, final long bytes) {
    add(TRANSFERS_COMPLETED, 1);
    add(TRANSFER_NS, Math.max(0, durationNs));
    add(TRANSFER_BYTES, bytes);
    transfer.record(durationNs);
  }

  /**
   * A transfer ended before its last byte.
   *
   * @param reason one of {@link AbortReason}
   */
  public void transferAborted(final int reason) {
    add(TRANSFERS_ABORTED + Objects.checkIndex(reason, AbortReason.COUNT), 1);
  }

  /** A connection was accepted. */
  public void connectionOpened() {
    add(CONNECTIONS_OPENED, 1);
  }

  /** An accepted connection was closed, by either side. */
  public void connectionClosed() {
    add(CONNECTIONS_CLOSED, 1);
  }

  /** A connection came from another loop, since this one reads what it wants. */
  public void connectionMovedIn() {
    add(CONNECTIONS_MOVED_IN, 1);
  }

  /** A connection went to another loop. */
  public void connectionMovedOut() {
    add(CONNECTIONS_MOVED_OUT, 1);
  }

  /** Accepting stopped for want of a connection slot or a descriptor; once per pause. */
  public void acceptPaused() {
    add(ACCEPT_PAUSES, 1);
  }

  /** An accept ended with an error. */
  public void acceptFailed() {
    add(ACCEPT_FAILURES, 1);
  }

  /**
   * Says how large the transfer pool is; once, at start.
   *
   * @param blocks number of blocks
   */
  public void poolCapacity(final int blocks) {
    set(POOL_CAPACITY, blocks);
  }

  /**
   * Says how many blocks of the transfer pool have an owner; keeps the highest number.
   *
   * @param blocks number of blocks that are not free
   */
  public void poolInUse(final int blocks) {
    set(POOL_IN_USE, blocks);
    setMax(POOL_IN_USE_MAX, blocks);
  }

  /** A transfer found the pool empty and was queued for a block. */
  public void poolWait() {
    add(POOL_WAITS, 1);
  }

  /**
   * A queued transfer got its block.
   *
   * @param waitedNs how long it was queued, in nanoseconds
   */
  public void poolWaitNs(final long waitedNs) {
    add(POOL_WAIT_NS, Math.max(0, waitedNs));
  }

  /** A block was taken back from behind a slow reader, to be read again later. */
  public void bufferRevoked() {
    add(BUFFERS_REVOKED, 1);
  }

  /**
   * A turn of the loop ended.
   *
   * @param busyNs time in the turn without the wait for completions, in nanoseconds
   */
  public void loopTurn(final long busyNs) {
    add(LOOP_TURNS, 1);
    add(LOOP_BUSY_NS, Math.max(0, busyNs));
    setMax(LOOP_TURN_MAX_NS, busyNs);
    if (busyNs > STALL_THRESHOLD_NS) {
      add(LOOP_STALLS, 1);
    }
  }

  /**
   * Reads from the disk completed. Alignment makes this differ from the bytes served.
   *
   * @param bytes how many
   */
  public void diskReadBytes(final long bytes) {
    add(DISK_READ_BYTES, bytes);
  }

  /**
   * Says how many blobs are open.
   *
   * @param blobs number of open blob files
   */
  public void openBlobs(final int blobs) {
    set(OPEN_BLOBS, blobs);
  }

  /** A question was handed to the control plane. */
  public void controlRequest() {
    add(CONTROL_REQUESTS, 1);
  }

  /** A client gets its bytes from a fetch that was under way for another one. */
  public void relayShared() {
    add(RELAYS_SHARED, 1);
  }

  /** A second peer was asked, since the first had not answered when most would have. */
  public void peerHedged() {
    add(PEER_HEDGES, 1);
  }

  /** A peer failed in the middle of a body, and another one was asked for the rest. */
  public void peerReplaced() {
    add(PEER_FAILOVERS, 1);
  }

  /** A call to a peer failed, in whatever way, before or within the body. */
  public void peerCallFailed() {
    add(PEER_CALLS_FAILED, 1);
  }

  /** A client of this node, which is no peer, was handed bytes of this node's store. */
  public void deliveredFromStore(final DigestKey digest, final long bytes) {
    deliveries.fromStore(digest, bytes);
  }

  /**
   * A peer has sent bytes that are relayed to clients of this node.
   *
   * @param digest of the blob; empty if nobody has said, and then not recorded
   * @param addressHigh first half of an IPv6 address as it lies in memory, otherwise 0
   * @param addressLow second half of it, or the IPv4 address
   * @param familyAndPort as they lie in memory, the family in the upper half
   */
  public void deliveredFromPeer(
      final DigestKey digest,
      final long addressHigh,
      final long addressLow,
      final int familyAndPort,
      final long bytes) {
    deliveries.fromPeer(digest, addressHigh, addressLow, familyAndPort, bytes);
  }

  int loop() {
    return loop;
  }

  Deliveries deliveries() {
    return deliveries;
  }

  /**
   * Any thread: a number that grows as long as clients get something, and stands still when they do
   * not. Health probes, which come every few seconds, do not count.
   */
  public long activity() {
    long sum = 0;
    for (int route = 0; route < Route.COUNT; route++) {
      for (int status = 0; route != Route.HEALTH && status < STATUS_CLASSES; status++) {
        sum += value(REQUESTS + route * STATUS_CLASSES + status);
      }
    }
    for (int source = 0; source < ByteSource.COUNT; source++) {
      sum += value(BYTES_SERVED + source);
    }
    return sum;
  }

  /** Any thread: the value at one of the offsets of this class, as last stored. */
  long value(final int offset) {
    return (long) VALUE.getAcquire(values, PADDING + offset);
  }

  /** For the scraper's thread: time to first byte of one group. */
  LatencyRecorder firstByte(final int group) {
    return firstByte[group];
  }

  /** For the scraper's thread: duration of completed transfers. */
  LatencyRecorder transfer() {
    return transfer;
  }

  private static int firstByteGroup(final int route) {
    return switch (route) {
      case Route.MANIFEST -> 0;
      case Route.BLOB -> 1;
      default -> 2;
    };
  }

  private void add(final int offset, final long increment) {
    set(offset, values[PADDING + offset] + increment);
  }

  private void setMax(final int offset, final long value) {
    if (value > values[PADDING + offset]) {
      set(offset, value);
    }
  }

  private void set(final int offset, final long value) {
    VALUE.setRelease(values, PADDING + offset, value);
  }
}
