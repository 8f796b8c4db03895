package io.sluice.server.relay;

/** The places of one loop's calls. */
final class CallTable {
  private final Call[] calls;
  private final int[] freeCalls;
  private int freeCount;

  /** Creates a table of free places. */
  CallTable(int capacity) {
    this.calls = new Call[capacity];
    this.freeCalls = new int[capacity];
    for (int i = capacity - 1; i >= 0; i--) {
      calls[i] = new Call(i);
      freeCalls[freeCount++] = i;
    }
  }

  /** All calls, those included that are free. */
  Call[] all() {
    return calls;
  }

  /** The place that {@link #claim} takes; null when all are taken. */
  Call next() {
    return freeCount == 0 ? null : calls[freeCalls[freeCount - 1]];
  }

  /** Takes the place that {@link #next} has named. */
  void claim(Call next) {
    assert next == next();
    freeCount--;
  }

  /** Frees the place of a call that has ended. */
  void free(Call call) {
    call.state = Call.FREE;
    call.generation++;
    freeCalls[freeCount++] = call.index;
  }
}
