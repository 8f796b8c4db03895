package io.sluice.server.metrics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the bytes came from that a node has lately delivered to its own clients. Immutable.
 *
 * @param forgotten rows that were dropped for newer ones since the start
 * @param bytes by digest, then by source: a peer's {@code host:port}, or {@link #STORE}
 */
public record SourceReport(long forgotten, Map<String, Map<String, Long>> bytes) {
  /** The source of what the node had itself. */
  public static final String STORE = "store";

  /** Nothing was delivered. */
  public static final SourceReport EMPTY = new SourceReport(0, Map.of());

  private static final JsonFactory JSON = new JsonFactory();

  /** Adds up what several loops have delivered. */
  static final class Builder {
    private final Map<String, Map<String, Long>> bytes = new TreeMap<>();
    private long forgotten;

    void forgotten(long rows) {
      forgotten += rows;
    }

    void add(String digest, String source, long count) {
      bytes.computeIfAbsent(digest, key -> new TreeMap<>()).merge(source, count, Long::sum);
    }

    SourceReport build() {
      return new SourceReport(forgotten, bytes);
    }
  }

  /** What these loops have delivered, now; from any thread. */
  public static SourceReport of(List<LoopMetrics> loops) {
    Builder builder = new Builder();
    loops.forEach(loop -> loop.deliveries().read(builder));
    return builder.build();
  }

  /** What was delivered of one blob after {@code before}, by source; nothing of it is zero. */
  public Map<String, Long> since(SourceReport before, String digest) {
    Map<String, Long> earlier = before.bytes.getOrDefault(digest, Map.of());
    Map<String, Long> difference = new LinkedHashMap<>();
    bytes
        .getOrDefault(digest, Map.of())
        .forEach(
            (source, count) -> {
              long known = earlier.getOrDefault(source, 0L);
              // With less than before, the row was dropped and is a new one.
              long more = count < known ? count : count - known;
              if (more > 0) {
                difference.put(source, more);
              }
            });
    return difference;
  }

  /** The report as {@link #parse} reads it. */
  public String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("forgotten", forgotten);
      json.writeObjectFieldStart("bytes");
      for (Map.Entry<String, Map<String, Long>> blob : bytes.entrySet()) {
        json.writeObjectFieldStart(blob.getKey());
        for (Map.Entry<String, Long> source : blob.getValue().entrySet()) {
          json.writeNumberField(source.getKey(), source.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * Reads what a node says.
   *
   * @throws IOException when it says something else
   */
  public static SourceReport parse(InputStream in) throws IOException {
    Builder builder = new Builder();
    try (JsonParser json = JSON.createParser(in)) {
      expect(json.nextToken() == JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("forgotten")) {
          builder.forgotten(json.getLongValue());
        } else if (name.equals("bytes")) {
          parseBlobs(json, builder);
        } else {
          json.skipChildren();
        }
      }
    }
    return builder.build();
  }

  private static void parseBlobs(JsonParser json, Builder builder) throws IOException {
    expect(json.currentToken() == JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String digest = json.currentName();
      expect(json.nextToken() == JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String source = json.currentName();
        json.nextToken();
        builder.add(digest, source, json.getLongValue());
      }
    }
  }

  private static void expect(boolean holds) throws IOException {
    if (!holds) {
      throw new IOException("it is no report of sources");
    }
  }
}
