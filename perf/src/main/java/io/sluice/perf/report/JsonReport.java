package io.sluice.perf.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.perf.meter.Disturbance;
import io.sluice.perf.meter.MemoryTimeline;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Writes reports for machines: every value of every round, and memory over time. */
public final class JsonReport {
  private static final long NS_PER_MS = 1_000_000;

  private JsonReport() {}

  /**
   * Writes a run.
   *
   * @param file where to; replaced when it exists
   * @param environment where the figures come from
   * @param scenarios what was found
   * @throws IOException when it cannot be written
   */
  public static void write(
      Path file, Map<String, String> environment, List<ScenarioReport> scenarios)
      throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file);
        JsonGenerator json = new JsonFactory().createGenerator(writer)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeObjectFieldStart("environment");
      for (Map.Entry<String, String> entry : environment.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("scenarios");
      for (ScenarioReport scenario : scenarios) {
        scenario(json, scenario);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void scenario(JsonGenerator json, ScenarioReport report) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", report.name());
    json.writeStringField("title", report.title());
    json.writeArrayFieldStart("figures");
    for (String subject : report.subjects()) {
      for (String figure : report.figureNames()) {
        Series series = report.series(subject, figure).orElse(null);
        if (series != null) {
          series(json, subject, figure, series);
        }
      }
    }
    json.writeEndArray();
    json.writeArrayFieldStart("latencies");
    for (Map.Entry<String, Map<String, Histogram>> bySubject : report.latencies().entrySet()) {
      for (Map.Entry<String, Histogram> byFigure : bySubject.getValue().entrySet()) {
        latency(json, bySubject.getKey(), byFigure.getKey(), byFigure.getValue());
      }
    }
    json.writeEndArray();
    json.writeArrayFieldStart("bounds");
    for (Bound bound : report.bounds()) {
      bound(json, bound);
    }
    json.writeEndArray();
    json.writeObjectFieldStart("failures");
    for (Map.Entry<String, String> failure : report.failures().entrySet()) {
      json.writeStringField(failure.getKey(), failure.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("disturbances");
    for (Map.Entry<String, Disturbance> entry : report.disturbances().entrySet()) {
      json.writeStartObject();
      json.writeStringField("subject", entry.getKey());
      json.writeNumberField("stolen", entry.getValue().stolen());
      json.writeNumberField("others", entry.getValue().others());
      json.writeEndObject();
    }
    json.writeEndArray();
    strings(json, "noisy", report.noisy());
    strings(json, "notes", report.notes());
    json.writeArrayFieldStart("timelines");
    for (Map.Entry<String, List<MemoryTimeline.Point>> entry : report.timelines().entrySet()) {
      timeline(json, entry.getKey(), entry.getValue());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static void series(JsonGenerator json, String subject, String figure, Series series)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("subject", subject);
    json.writeStringField("figure", figure);
    json.writeStringField("unit", series.unit());
    json.writeNumberField("median", series.median());
    json.writeNumberField("min", series.min());
    json.writeNumberField("max", series.max());
    json.writeArrayFieldStart("rounds");
    for (double value : series.values()) {
      json.writeNumber(value);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void latency(
      JsonGenerator json, String subject, String figure, Histogram histogram) throws IOException {
    json.writeStartObject();
    json.writeStringField("subject", subject);
    json.writeStringField("figure", figure);
    json.writeStringField("unit", "ns");
    json.writeNumberField("samples", histogram.getTotalCount());
    for (double percentile : Percentiles.ALL) {
      json.writeNumberField(
          Percentiles.name(percentile), histogram.getValueAtPercentile(percentile));
    }
    json.writeNumberField("max", histogram.getMaxValue());
    json.writeEndObject();
  }

  private static void bound(JsonGenerator json, Bound bound) throws IOException {
    json.writeStartObject();
    json.writeStringField("bound", bound.text());
    json.writeNumberField(bound.atMost() ? "atMost" : "atLeast", bound.limit());
    json.writeStringField("unit", bound.unit());
    if (bound.measured().isPresent()) {
      json.writeNumberField("measured", bound.measured().get());
    }
    if (bound.rounds().isPresent()) {
      double[] rounds = bound.rounds().get().values().stream().mapToDouble(v -> v).toArray();
      json.writeFieldName("rounds");
      json.writeArray(rounds, 0, rounds.length);
      json.writeBooleanField("close", bound.close());
    }
    json.writeStringField("verdict", bound.verdict().name());
    json.writeEndObject();
  }

  /** One array for each figure, all of the same length, as plotting programs want them. */
  private static void timeline(
      JsonGenerator json, String subject, List<MemoryTimeline.Point> points) throws IOException {
    json.writeStartObject();
    json.writeStringField("subject", subject);
    column(json, "atMs", points, p -> p.atNs() / NS_PER_MS);
    column(json, "totalBytes", points, p -> p.charge().totalBytes());
    column(json, "anonymousBytes", points, p -> p.charge().anonymousBytes());
    column(json, "cacheBytes", points, p -> p.charge().cacheBytes());
    column(json, "kernelBytes", points, p -> p.charge().kernelBytes());
    column(json, "socketBytes", points, p -> p.charge().socketBytes());
    column(json, "systemTcpBytes", points, MemoryTimeline.Point::tcpBytes);
    column(json, "residentBytes", points, MemoryTimeline.Point::residentBytes);
    column(json, "proportionalBytes", points, MemoryTimeline.Point::proportionalBytes);
    json.writeEndObject();
  }

  @FunctionalInterface
  private interface Column {
    long of(MemoryTimeline.Point point);
  }

  private static void column(
      JsonGenerator json, String name, List<MemoryTimeline.Point> points, Column column)
      throws IOException {
    long[] values = points.stream().mapToLong(column::of).toArray();
    json.writeFieldName(name);
    json.writeArray(values, 0, values.length);
  }
}
