package io.sluice.server.pull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the admin endpoint takes and gives. */
final class PullJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final double NS_PER_SECOND = 1e9;
  private static final String EXPECTED =
      "The body is no JSON list of references; send such as [\"docker.io/library/debian:12\"].";

  private PullJson() {}

  /**
   * Reads a list of references.
   *
   * @throws IllegalArgumentException with a sentence
   */
  static List<PullReference> references(byte[] body) {
    List<PullReference> references = new ArrayList<>();
    try (JsonParser json = JSON.createParser(body)) {
      require(json.nextToken() == JsonToken.START_ARRAY, EXPECTED);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        require(json.currentToken() == JsonToken.VALUE_STRING, EXPECTED);
        references.add(PullReference.parse(json.getText()));
        require(
            references.size() <= PullLimits.REFERENCES_MAX,
            "A list has at most " + PullLimits.REFERENCES_MAX + " references; send several lists.");
      }
      require(json.nextToken() == null, EXPECTED);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(EXPECTED, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    require(!references.isEmpty(), "The list of references is empty; name an image.");
    return references;
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }

  /** A sentence that says why nothing was done. */
  static String error(String sentence) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeStringField("error", sentence);
          json.writeEndObject();
        });
  }

  /** How each reference went. */
  static String results(List<PullResult> results) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("results");
          for (PullResult result : results) {
            writeResult(json, result);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void writeResult(JsonGenerator json, PullResult result) throws IOException {
    json.writeStartObject();
    json.writeStringField("reference", result.reference().name());
    json.writeBooleanField("ok", result.ok());
    if (!result.ok()) {
      json.writeStringField("error", result.error());
    }
    json.writeNumberField("seconds", result.tookNs() / NS_PER_SECOND);
    json.writeArrayFieldStart("blobs");
    for (PulledBlob blob : result.blobs()) {
      json.writeStartObject();
      json.writeStringField("kind", blob.kind());
      json.writeStringField("digest", blob.digest());
      json.writeNumberField("size", blob.sizeBytes());
      if (!blob.wasThere()) {
        json.writeNumberField("seconds", blob.doneAfterNs() / NS_PER_SECOND);
      }
      json.writeObjectFieldStart("sources");
      for (Map.Entry<String, Long> source : blob.sources().entrySet()) {
        json.writeNumberField(source.getKey(), source.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  private static String write(Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
