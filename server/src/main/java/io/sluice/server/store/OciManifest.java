package io.sluice.server.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a store needs to know of an image manifest or index (OCI image specification 1.1). Members
 * of another type than specified count as absent.
 *
 * @param schemaVersion2 whether {@code schemaVersion} is 2
 * @param isIndex whether {@code manifests} is a list
 * @param artifactTypeOrNull as given
 * @param configMediaTypeOrNull media type of the configuration
 * @param children configuration, layers and manifests, at most {@link
 *     StoreLimits#DESCRIPTORS_PER_MANIFEST_MAX}
 * @param skippedChildren descriptors without a valid digest, or beyond the limit
 * @param subjectOrNull digest of the subject
 * @param annotations sorted by key
 */
record OciManifest(
    boolean schemaVersion2,
    boolean isIndex,
    String artifactTypeOrNull,
    String configMediaTypeOrNull,
    List<OciDescriptor> children,
    int skippedChildren,
    Digest subjectOrNull,
    Map<String, String> annotations) {

  /**
   * Reads a whole document.
   *
   * @throws com.fasterxml.jackson.core.JsonProcessingException when it is no JSON object
   * @throws java.nio.charset.CharacterCodingException when it is not UTF-8
   * @throws IOException when reading fails
   */
  static OciManifest read(InputStream in) throws IOException {
    try (JsonParser parser = Json.objectParser(in)) {
      return new Reader(parser).read();
    }
  }

  /** The same, but for what it refers to. */
  OciManifest withoutChildren() {
    return new OciManifest(
        schemaVersion2,
        isIndex,
        artifactTypeOrNull,
        configMediaTypeOrNull,
        List.of(),
        skippedChildren,
        subjectOrNull,
        annotations);
  }

  private static final class Reader {
    private final JsonParser parser;
    private final List<OciDescriptor> children = new ArrayList<>();
    private int skippedChildren;

    Reader(JsonParser parser) {
      this.parser = parser;
    }

    OciManifest read() throws IOException {
      boolean schemaVersion2 = false;
      boolean isIndex = false;
      String artifactType = null;
      String configMediaType = null;
      Digest subject = null;
      Map<String, String> annotations = Map.of();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "schemaVersion" -> schemaVersion2 = Json.isTwo(parser);
          case "artifactType" -> artifactType = Json.stringOrNull(parser);
          case "subject" -> subject = descriptor().map(OciDescriptor::digest).orElse(null);
          case "annotations" -> annotations = annotations();
          case "config" -> configMediaType = config();
          case "layers" -> list();
          case "manifests" -> isIndex = list();
          default -> parser.skipChildren();
        }
      }
      Json.expectEnd(parser);
      return new OciManifest(
          schemaVersion2,
          isIndex,
          artifactType,
          configMediaType,
          children,
          skippedChildren,
          subject,
          annotations);
    }

    private String config() throws IOException {
      Optional<OciDescriptor> config = descriptor();
      keep(config);
      return config.map(OciDescriptor::mediaTypeOrNull).orElse(null);
    }

    private boolean list() throws IOException {
      if (!parser.isExpectedStartArrayToken()) {
        parser.skipChildren();
        return false;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        keep(descriptor());
      }
      return true;
    }

    private void keep(Optional<OciDescriptor> descriptor) {
      if (descriptor.isPresent() && children.size() < StoreLimits.DESCRIPTORS_PER_MANIFEST_MAX) {
        children.add(descriptor.get());
      } else {
        skippedChildren++;
      }
    }

    private Optional<OciDescriptor> descriptor() throws IOException {
      if (!parser.isExpectedStartObjectToken()) {
        parser.skipChildren();
        return Optional.empty();
      }
      String digest = null;
      String mediaType = null;
      Map<String, String> annotations = Map.of();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "digest" -> digest = Json.stringOrNull(parser);
          case "mediaType" -> mediaType = Json.stringOrNull(parser);
          case "annotations" -> annotations = annotations();
          default -> parser.skipChildren();
        }
      }
      String refName = annotations.get(OciDescriptor.REF_NAME);
      String imageName = annotations.get(OciDescriptor.IMAGE_NAME);
      String givenMediaType = mediaType;
      return Digest.tryParse(digest)
          .map(valid -> new OciDescriptor(valid, givenMediaType, refName, imageName));
    }

    private Map<String, String> annotations() throws IOException {
      if (!parser.isExpectedStartObjectToken()) {
        parser.skipChildren();
        return Map.of();
      }
      Map<String, String> annotations = new TreeMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        String value = Json.stringOrNull(parser);
        if (value != null) {
          annotations.put(name, value);
        }
      }
      return annotations;
    }
  }
}
