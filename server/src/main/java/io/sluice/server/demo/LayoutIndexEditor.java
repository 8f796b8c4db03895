package io.sluice.server.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.server.store.Descriptor;
import io.sluice.server.store.OciLayout;
import io.sluice.server.store.StoreException;
import io.sluice.server.store.StoreLimits;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Changes {@code index.json} of an OCI layout and keeps everything in it that it does not know. */
final class LayoutIndexEditor {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final JsonFactory JSON = new JsonFactory();

  private LayoutIndexEditor() {}

  /**
   * Adds an image under the name {@code reference}, in place of one that has it.
   *
   * @throws StoreException when {@code index.json} is no image index, or too large
   */
  static void put(Path layoutRoot, String reference, Descriptor manifest) throws IOException {
    Path index = layoutRoot.resolve("index.json");
    if (Files.size(index) > StoreLimits.JSON_BYTES_MAX) {
      throw new StoreException(
          index + " is larger than " + StoreLimits.JSON_BYTES_MAX + " bytes: use another layout.");
    }
    byte[] before = Files.readAllBytes(index);
    byte[] after;
    try {
      after = edit(before, reference, manifest);
    } catch (JsonProcessingException e) {
      throw new StoreException(index + " is no image index: use another layout.", e);
    }
    OciLayout.replace(index, after);
  }

  /** Writes {@code descriptor}, annotated with a name unless that is null. */
  static void writeDescriptor(JsonGenerator json, Descriptor descriptor, String referenceOrNull)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("mediaType", descriptor.mediaType());
    json.writeStringField("digest", descriptor.digest().toString());
    json.writeNumberField("size", descriptor.sizeBytes());
    if (referenceOrNull != null) {
      json.writeObjectFieldStart("annotations");
      json.writeStringField(REF_NAME, referenceOrNull);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static byte[] edit(byte[] index, String reference, Descriptor manifest)
      throws IOException {
    StringWriter text = new StringWriter();
    boolean added = false;
    try (JsonParser parser = JSON.createParser(index);
        JsonGenerator json = JSON.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      parser.nextToken();
      json.writeStartObject();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("manifests") && value == JsonToken.START_ARRAY && !added) {
          json.writeArrayFieldStart(name);
          copyOthers(parser, index, json, reference);
          writeDescriptor(json, manifest, reference);
          json.writeEndArray();
          added = true;
        } else {
          json.writeFieldName(name);
          json.copyCurrentStructureExact(parser);
        }
      }
      if (!added) {
        throw new JsonParseException(parser, "no list of manifests");
      }
      json.writeEndObject();
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void copyOthers(
      JsonParser parser, byte[] index, JsonGenerator json, String reference) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int start = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      int end = (int) parser.currentLocation().getByteOffset();
      if (!reference.equals(refName(index, start, end))) {
        try (JsonParser entry = JSON.createParser(index, start, end - start)) {
          entry.nextToken();
          json.copyCurrentStructureExact(entry);
        }
      }
    }
  }

  private static String refName(byte[] index, int start, int end) throws IOException {
    try (JsonParser entry = JSON.createParser(index, start, end - start)) {
      int depth = 0;
      boolean inAnnotations = false;
      for (JsonToken token = entry.nextToken(); token != null; token = entry.nextToken()) {
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token == JsonToken.FIELD_NAME && depth == 1) {
          inAnnotations = "annotations".equals(entry.currentName());
        } else if (depth == 2
            && inAnnotations
            && token == JsonToken.VALUE_STRING
            && REF_NAME.equals(entry.currentName())) {
          return entry.getText();
        }
      }
      return null;
    }
  }
}
