package io.sluice.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What one benchmark found.
 *
 * @param name class, method and parameters, as {@code Request.parse[LAYER]}
 * @param ns nanoseconds for each operation
 * @param errorNs half the width of its 99.9 % confidence interval; NaN with too few iterations
 * @param bytes allocated for each operation, by all threads of the process
 */
record Measured(String name, double ns, double errorNs, double bytes) {
  /**
   * What JMH's own threads allocate meanwhile counts as well, a small part of a byte for each
   * operation; the smallest object has 16.
   */
  static final double NO_ALLOCATION_BELOW_BYTES = 0.5;

  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final String SUFFIX = "Benchmark";

  /**
   * Reads a result.
   *
   * @param result in nanoseconds an operation, with JMH's profiler "gc"
   * @return the same
   */
  static Measured of(RunResult result) {
    Result<?> time = result.getPrimaryResult();
    double bytes = result.getSecondaryResults().get(ALLOCATED).getScore();
    return new Measured(name(result.getParams()), time.getScore(), time.getScoreError(), bytes);
  }

  private static String name(BenchmarkParams params) {
    String[] words = params.getBenchmark().split("\\.");
    String method = words[words.length - 1];
    String subject = words[words.length - 2];
    List<String> values = new ArrayList<>();
    params.getParamsKeys().forEach(key -> values.add(params.getParam(key)));
    return subject.substring(0, subject.length() - SUFFIX.length())
        + "."
        + method
        + (values.isEmpty() ? "" : values);
  }

  /**
   * Whether nothing was allocated for an operation.
   *
   * @return true below {@link #NO_ALLOCATION_BELOW_BYTES}
   */
  boolean allocatesNothing() {
    return bytes < NO_ALLOCATION_BELOW_BYTES;
  }

  @Override
  public String toString() {
    String error = Double.isNaN(errorNs) ? "" : String.format(Locale.ROOT, "± %.1f", errorNs);
    return String.format(
        Locale.ROOT, "%-40s %10.1f ns %-10s %10.1f B", name, ns, error, bytes + 0.0);
  }
}
