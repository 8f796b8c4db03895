package io.sluice.micro;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of JSON lines, one for each change that was measured. Lines before the last one are never
 * touched.
 */
final class History {
  private static final JsonFactory JSON = new JsonFactory();
  private static final double ROUNDED_TO = 100;

  private final Path file;

  /**
   * A history.
   *
   * @param file which need not exist yet
   */
  History(Path file) {
    this.file = file;
  }

  private record Line(Origin origin, Map<String, Measured> figures) {}

  /**
   * Adds a line; or, when the last one is of the same commit on the same machine, the figures to
   * that one, in the place of those of the same name.
   *
   * @param origin where the figures come from
   * @param found the figures
   * @throws IOException when the file cannot be written, or its last line is not one of these
   */
  void add(Origin origin, Collection<Measured> found) throws IOException {
    List<String> lines = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
    Map<String, Measured> figures = new LinkedHashMap<>();
    if (!lines.isEmpty()) {
      Line last = read(lines.getLast());
      if (last.origin.sameAs(origin)) {
        figures.putAll(last.figures);
        lines.removeLast();
      }
    }
    found.forEach(measured -> figures.put(measured.name(), measured));
    lines.add(text(new Line(origin, figures)));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(fresh, lines);
    Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static String text(Line line) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("date", line.origin.date());
      json.writeStringField("commit", line.origin.commit());
      json.writeStringField("jdk", line.origin.jdk());
      json.writeStringField("kernel", line.origin.kernel());
      json.writeStringField("cpu", line.origin.cpu());
      json.writeObjectFieldStart("benchmarks");
      for (Measured measured : line.figures.values()) {
        json.writeObjectFieldStart(measured.name());
        number(json, "ns", measured.ns());
        number(json, "error", measured.errorNs());
        number(json, "bytes", measured.bytes());
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }

  /** JSON has no word for what is not a number. */
  private static void number(JsonGenerator json, String name, double value) throws IOException {
    if (!Double.isNaN(value)) {
      json.writeNumberField(name, Math.round(value * ROUNDED_TO) / ROUNDED_TO);
    }
  }

  private Line read(String line) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Measured> figures = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(line)) {
      require(json.nextToken() == JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (json.nextToken() == JsonToken.START_OBJECT) {
          readFigures(json, figures);
        } else {
          texts.put(name, json.getText());
        }
      }
      require(json.currentToken() == JsonToken.END_OBJECT);
    }
    Origin origin =
        new Origin(
            texts.get("date"),
            texts.get("commit"),
            texts.get("jdk"),
            texts.get("kernel"),
            texts.get("cpu"));
    return new Line(origin, figures);
  }

  private void readFigures(JsonParser json, Map<String, Measured> figures) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      require(json.nextToken() == JsonToken.START_OBJECT);
      Map<String, Double> numbers = new LinkedHashMap<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String figure = json.currentName();
        json.nextToken();
        numbers.put(figure, json.getDoubleValue());
      }
      figures.put(
          name,
          new Measured(
              name,
              numbers.getOrDefault("ns", Double.NaN),
              numbers.getOrDefault("error", Double.NaN),
              numbers.getOrDefault("bytes", Double.NaN)));
    }
  }

  private void require(boolean condition) throws IOException {
    if (!condition) {
      throw new IOException(
          "the last line of " + file + " is not one that was recorded here: take it out");
    }
  }
}
