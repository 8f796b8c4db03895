package io.sluice.perf.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one load did.
 *
 * @param bodyBytes bytes of complete, correct bodies
 * @param elapsedNs from the moment all connections began to the last byte
 * @param clientCpuNs CPU time of the connection threads
 * @param timeToFirstByteNs of each response, nanoseconds
 * @param timeToLastByteNs of each response, nanoseconds
 * @param failures one sentence for each connection that failed; empty in a valid run
 */
public record LoadResult(
    long bodyBytes,
    long elapsedNs,
    long clientCpuNs,
    Histogram timeToFirstByteNs,
    Histogram timeToLastByteNs,
    List<String> failures) {
  private static final double GIB = 1L << 30;
  private static final double NS_PER_S = 1e9;

  /**
   * Throughput.
   *
   * @return GiB of bodies a second
   */
  public double gibPerSecond() {
    return bodyBytes / GIB / (elapsedNs / NS_PER_S);
  }

  /**
   * The amount.
   *
   * @return GiB of bodies
   */
  public double gib() {
    return bodyBytes / GIB;
  }
}
