package io.sluice.server.metrics;

/**
 * What a request asked for, as a small number that the data plane can keep in a connection's state.
 *
 * <p>The numbers index counters; they are dense, start at zero and are not stored anywhere.
 */
public final class Route {
  /** {@code /v2/}: the version check of the OCI distribution specification. */
  public static final int BASE = 0;

  /** {@code /v2/<name>/manifests/<reference>}. */
  public static final int MANIFEST = 1;

  /** {@code /v2/<name>/blobs/<digest>}. */
  public static final int BLOB = 2;

  /** {@code /v2/<name>/tags/list}. */
  public static final int TAGS = 3;

  /** {@code /v2/<name>/referrers/<digest>}. */
  public static final int REFERRERS = 4;

  /** {@code /livez} and {@code /readyz}. */
  public static final int HEALTH = 5;

  /** Everything else, requests that could not be parsed included. */
  public static final int OTHER = 6;

  private static final CounterLabels LABELS =
      new CounterLabels(
          "route", "base", "manifest", "blob", "tags", "referrers", "health", "other");

  /** How many routes there are. */
  public static final int COUNT = LABELS.count();

  private Route() {}

  static CounterLabels labels() {
    return LABELS;
  }
}
