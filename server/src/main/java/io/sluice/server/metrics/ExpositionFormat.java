package io.sluice.server.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;

/** The two text forms of a scrape. */
public enum ExpositionFormat {
  /** Prometheus text format 0.0.4. */
  PROMETHEUS_TEXT(PrometheusTextFormatWriter.create()),

  /** OpenMetrics 1.0.0 text. */
  OPEN_METRICS_TEXT(OpenMetricsTextFormatWriter.create());

  private final ExpositionFormatWriter writer;

  ExpositionFormat(final ExpositionFormatWriter writer) {
    this.writer = writer;
  }

  /**
   * Chooses by what the client accepts: OpenMetrics if it is named, else Prometheus text. Weights
   * are not compared, as scrapers that name OpenMetrics prefer it.
   *
   * @param accept value of the request's {@code Accept} header, null if it had none
   * @return the format to answer in
   */
  public static ExpositionFormat accepted(final String accept) {
    return OPEN_METRICS_TEXT.writer.accepts(accept) ? OPEN_METRICS_TEXT : PROMETHEUS_TEXT;
  }

  /**
   * The value of {@code Content-Type}.
   *
   * @return media type with version and character set
   */
  public String contentType() {
    return writer.getContentType();
  }

  ExpositionFormatWriter writer() {
    return writer;
  }
}
