package io.sluice.server.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Media types of blobs, read from their content, because neither a content store nor a layout keeps
 * them with the blob. Reads at most {@link StoreLimits#JSON_BYTES_MAX} bytes of a blob and nothing
 * of a larger one; remembers {@link StoreLimits#SNIFF_CACHE_ENTRIES} answers.
 */
final class ContentSniffer {
  private final BlobFiles blobs;
  private final AtomicLong sniffs = new AtomicLong();
  private final Map<Digest, Sniffed> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Sniffed> eldest) {
          return size() > StoreLimits.SNIFF_CACHE_ENTRIES;
        }
      };

  /** Valid as long as the file is: a blob may be seen while it is still being copied. */
  private record Sniffed(BlobFiles.Version version, String mediaType) {}

  ContentSniffer(BlobFiles blobs) {
    this.blobs = blobs;
  }

  /** Size and sniffed media type of a blob; empty when it is absent or cannot be read. */
  Optional<Descriptor> describe(Digest digest) {
    Optional<BlobFiles.Version> version = blobs.version(digest);
    if (version.isEmpty()) {
      return Optional.empty();
    }
    long sizeBytes = version.get().sizeBytes();
    if (sizeBytes > StoreLimits.JSON_BYTES_MAX) {
      return Optional.of(new Descriptor(digest, sizeBytes, MediaType.OCTET_STREAM));
    }
    synchronized (cache) {
      Sniffed known = cache.get(digest);
      if (known != null && known.version().equals(version.get())) {
        return Optional.of(new Descriptor(digest, sizeBytes, known.mediaType()));
      }
    }
    sniffs.incrementAndGet();
    try (InputStream in = blobs.open(digest, StoreLimits.JSON_BYTES_MAX)) {
      String mediaType = sniff(in);
      synchronized (cache) {
        cache.put(digest, new Sniffed(version.get(), mediaType));
      }
      return Optional.of(new Descriptor(digest, sizeBytes, mediaType));
    } catch (IOException e) {
      blobs.failed(digest, e);
      return Optional.empty();
    }
  }

  long sniffs() {
    return sniffs.get();
  }

  int cacheSize() {
    synchronized (cache) {
      return cache.size();
    }
  }

  /**
   * The media type that the content implies: its own {@code mediaType} with {@code schemaVersion}
   * 2, an index, a manifest or an image configuration by their members, the empty object, and
   * otherwise {@code application/octet-stream}.
   *
   * @throws IOException only when reading fails
   */
  static String sniff(InputStream in) throws IOException {
    try (JsonParser parser = Json.parser(in)) {
      return parser.nextToken() == JsonToken.START_OBJECT
          ? sniffObject(parser)
          : MediaType.OCTET_STREAM;
    } catch (JsonProcessingException | CharacterCodingException e) {
      return MediaType.OCTET_STREAM;
    }
  }

  private static String sniffObject(JsonParser parser) throws IOException {
    boolean empty = true;
    boolean schemaVersion2 = false;
    String mediaType = null;
    boolean manifests = false;
    boolean config = false;
    boolean layers = false;
    int imageConfigMembers = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      empty = false;
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "schemaVersion" -> schemaVersion2 = Json.isTwo(parser);
        case "mediaType" -> mediaType = Json.stringOrNull(parser);
        case "manifests" -> manifests = value == JsonToken.START_ARRAY;
        case "config" -> config = value == JsonToken.START_OBJECT;
        case "layers" -> layers = value == JsonToken.START_ARRAY;
        case "architecture" -> imageConfigMembers |= value == JsonToken.VALUE_STRING ? 1 : 0;
        case "os" -> imageConfigMembers |= value == JsonToken.VALUE_STRING ? 2 : 0;
        case "rootfs" -> imageConfigMembers |= value == JsonToken.START_OBJECT ? 4 : 0;
        default -> {}
      }
      parser.skipChildren();
    }
    Json.expectEnd(parser);
    if (empty) {
      return MediaType.OCI_EMPTY;
    }
    if (schemaVersion2 && MediaType.isPlausible(mediaType)) {
      return mediaType;
    }
    if (manifests) {
      return MediaType.OCI_INDEX;
    }
    if (config && layers) {
      return MediaType.OCI_MANIFEST;
    }
    return imageConfigMembers == 7 ? MediaType.OCI_CONFIG : MediaType.OCTET_STREAM;
  }
}
