package io.sluice.server.node;

/**
 * A file that is mapped into this process, or a part of one.
 *
 * @param address where it begins
 * @param bytes its length
 * @param file absolute path
 */
record Mapping(long address, long bytes, String file) {
  private static final int PATH_COLUMN = 5;
  private static final int HEXADECIMAL = 16;
  private static final String DELETED = " (deleted)";

  /**
   * Reads a line of {@code /proc/self/maps} (proc_pid_maps(5)).
   *
   * @return null for memory without a file that can be read again: anonymous memory, devices,
   *     io_uring's queues, files that have been deleted
   */
  static Mapping parse(String line) {
    String[] columns = line.split(" +", PATH_COLUMN + 1);
    if (columns.length <= PATH_COLUMN) {
      return null;
    }
    String file = columns[PATH_COLUMN];
    if (!file.startsWith("/") || file.startsWith("/dev/") || file.endsWith(DELETED)) {
      return null;
    }
    int dash = columns[0].indexOf('-');
    long start = Long.parseUnsignedLong(columns[0].substring(0, dash), HEXADECIMAL);
    long end = Long.parseUnsignedLong(columns[0].substring(dash + 1), HEXADECIMAL);
    return new Mapping(start, end - start, file);
  }
}
