package io.sluice.ring.simulation;

/**
 * What happened, twice: as one hash over everything, to compare two runs, and as the last lines, to
 * read after a failure. Addresses are left out because they differ between runs.
 */
final class Trace {
  private static final int LINES_KEPT = 128;

  private final String[] what = new String[LINES_KEPT];
  private final PendingOperation[] operations = new PendingOperation[LINES_KEPT];
  private final long[] timesNs = new long[LINES_KEPT];
  private final int[] results = new int[LINES_KEPT];
  private long count;
  private long hash;

  void record(long timeNs, String event, PendingOperation operation, int result) {
    int slot = (int) (count++ % LINES_KEPT);
    what[slot] = event;
    operations[slot] = operation;
    timesNs[slot] = timeNs;
    results[slot] = result;
    mix(timeNs);
    mix(event.hashCode());
    mix(operation.id);
    mix(operation.kind.ordinal());
    mix(operation.fd);
    mix(operation.length);
    mix(operation.fileOffset);
    mix(operation.userData);
    mix(result);
  }

  private void mix(long value) {
    hash = SimulatedContent.mix(hash + value);
  }

  /** Equal for two runs exactly when (but for accidents) they were the same. */
  long hash() {
    return hash;
  }

  /** The last events, oldest first, one line each. */
  String tail() {
    StringBuilder lines = new StringBuilder();
    for (long line = Math.max(0, count - LINES_KEPT); line < count; line++) {
      int slot = (int) (line % LINES_KEPT);
      lines
          .append("  t=")
          .append(timesNs[slot])
          .append(" ns ")
          .append(what[slot])
          .append(' ')
          .append(operations[slot]);
      if (!what[slot].equals("submit")) {
        lines.append(" -> ").append(results[slot]);
      }
      lines.append('\n');
    }
    return lines.toString();
  }
}
