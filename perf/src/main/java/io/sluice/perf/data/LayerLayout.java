package io.sluice.perf.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes and reads an OCI image layout (image-layout.md of the OCI image specification) whose
 * layers are incompressible, distinct and the same in every run.
 */
final class LayerLayout {
  /** What gzip data begins with, RFC 1952. */
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};

  private static final int CHUNK_BYTES = 1 << 20;
  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final JsonFactory JSON = new JsonFactory();

  private LayerLayout() {}

  private record Blob(String mediaType, String digestHex, long sizeBytes) {}

  @FunctionalInterface
  private interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Whether a layout is there and complete.
   *
   * @param layout its directory
   * @return true when it has its index
   */
  static boolean exists(Path layout) {
    return Files.exists(layout.resolve("index.json"));
  }

  /**
   * Writes a layout.
   *
   * @param layout an empty directory
   * @param plan what it holds
   * @param ended set when nothing more may be written
   * @throws IOException when it cannot be written, or the run is being ended
   */
  static void write(Path layout, LayerPlan plan, AtomicBoolean ended) throws IOException {
    check(ended);
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    List<Blob> manifests = new ArrayList<>();
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    int seed = 0;
    for (List<Long> sizes : plan.images()) {
      List<Blob> layers = new ArrayList<>();
      for (long layerBytes : sizes) {
        layers.add(writeLayer(blobs, seed++, layerBytes, chunk, ended));
      }
      Blob config = writeBlob(blobs, CONFIG_TYPE, config(layers));
      manifests.add(writeBlob(blobs, MANIFEST_TYPE, manifest(config, layers)));
    }
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    // Last, since a layout counts as complete once it has its index.
    Files.write(layout.resolve("index.json"), index(manifests));
  }

  private static void check(AtomicBoolean ended) throws IOException {
    if (ended.get()) {
      throw new IOException("the run is being ended");
    }
  }

  private static Blob writeLayer(
      Path blobs, int seed, long layerBytes, ByteBuffer chunk, AtomicBoolean ended)
      throws IOException {
    Path file = blobs.resolve("layer-" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    MessageDigest sha256 = Sha256.begin();
    LongBuffer words = chunk.clear().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long written = 0; written < layerBytes; written += chunk.limit()) {
        check(ended);
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, layerBytes - written));
        for (int i = 0; i < Math.ceilDiv(chunk.limit(), Long.BYTES); i++) {
          words.put(i, random.nextLong());
        }
        if (written == 0) {
          // As layers do: a registry may look whether a blob could be a manifest.
          chunk.put(0, GZIP, 0, (int) Math.min(GZIP.length, layerBytes));
        }
        sha256.update(chunk.duplicate());
        while (chunk.hasRemaining()) {
          channel.write(chunk);
        }
      }
      if (layerBytes >= CHUNK_BYTES) {
        channel.force(false);
      }
    }
    String digestHex = Sha256.hex(sha256);
    Files.move(file, blobs.resolve(digestHex));
    return new Blob(LAYER_TYPE, digestHex, layerBytes);
  }

  private static Blob writeBlob(Path blobs, String mediaType, byte[] bytes) throws IOException {
    String digestHex = Sha256.hex(bytes);
    Files.write(blobs.resolve(digestHex), bytes);
    return new Blob(mediaType, digestHex, bytes.length);
  }

  private static byte[] config(List<Blob> layers) throws IOException {
    return object(
        json -> {
          json.writeStringField("architecture", "amd64");
          json.writeStringField("os", "linux");
          json.writeObjectFieldStart("rootfs");
          json.writeStringField("type", "layers");
          json.writeArrayFieldStart("diff_ids");
          for (Blob layer : layers) {
            json.writeString("sha256:" + layer.digestHex());
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static byte[] manifest(Blob config, List<Blob> layers) throws IOException {
    return object(
        json -> {
          json.writeNumberField("schemaVersion", 2);
          json.writeStringField("mediaType", MANIFEST_TYPE);
          json.writeFieldName("config");
          descriptor(json, config, "");
          json.writeArrayFieldStart("layers");
          for (Blob layer : layers) {
            descriptor(json, layer, "");
          }
          json.writeEndArray();
        });
  }

  private static byte[] index(List<Blob> manifests) throws IOException {
    return object(
        json -> {
          json.writeNumberField("schemaVersion", 2);
          json.writeArrayFieldStart("manifests");
          for (int i = 0; i < manifests.size(); i++) {
            descriptor(json, manifests.get(i), "sluice.test/bench:" + (i + 1));
          }
          json.writeEndArray();
        });
  }

  private static void descriptor(JsonGenerator json, Blob blob, String reference)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("mediaType", blob.mediaType());
    json.writeStringField("digest", "sha256:" + blob.digestHex());
    json.writeNumberField("size", blob.sizeBytes());
    if (!reference.isEmpty()) {
      json.writeObjectFieldStart("annotations");
      json.writeStringField("org.opencontainers.image.ref.name", reference);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static byte[] object(Members members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /**
   * The layers of a layout that {@link #write} wrote.
   *
   * @param layout its directory
   * @param plan what it must hold
   * @return the layers in the manifests' order
   * @throws IOException when it is another layout, or is not complete
   */
  static List<Layer> read(Path layout, LayerPlan plan) throws IOException {
    List<Layer> manifests = manifests(layout);
    if (manifests.size() != plan.images().size()) {
      throw unusable(layout, "its index names " + manifests.size() + " images");
    }
    List<Layer> layers = new ArrayList<>();
    for (int image = 0; image < manifests.size(); image++) {
      List<Long> sizes = plan.images().get(image);
      List<String> digests = digests(manifests.get(image).file());
      // The first one is the configuration.
      if (digests.size() - 1 != sizes.size()) {
        throw unusable(layout, "an image has " + (digests.size() - 1) + " layers");
      }
      for (int i = 0; i < sizes.size(); i++) {
        layers.add(layer(layout, digests.get(i + 1), sizes.get(i)));
      }
    }
    return layers;
  }

  private static Layer layer(Path layout, String digestHex, long layerBytes) throws IOException {
    Path file = layout.resolve("blobs/sha256").resolve(digestHex);
    if (!Files.exists(file) || Files.size(file) != layerBytes) {
      throw unusable(layout, "layer " + digestHex + " is missing or has another size");
    }
    return new Layer(file, layerBytes, digestHex);
  }

  /**
   * The manifests of all images of a layout.
   *
   * @param layout its directory
   * @return each one's file, size and digest, in the index' order
   * @throws IOException when the index cannot be read
   */
  static List<Layer> manifests(Path layout) throws IOException {
    List<Layer> manifests = new ArrayList<>();
    for (String digestHex : digests(layout.resolve("index.json"))) {
      Path file = layout.resolve("blobs/sha256").resolve(digestHex);
      manifests.add(new Layer(file, Files.size(file), digestHex));
    }
    return manifests;
  }

  /**
   * Has a layout list an image, as a client that has pulled it does.
   *
   * @param layout its directory, which has the image's layers
   * @param manifest the image's, in another layout; it is copied, and so is the configuration
   * @throws IOException when it cannot be written
   */
  static void list(Path layout, Layer manifest) throws IOException {
    Path blobs = layout.resolve("blobs/sha256");
    String configHex = digests(manifest.file()).getFirst();
    for (String digestHex : List.of(manifest.digestHex(), configHex)) {
      Path from = manifest.file().resolveSibling(digestHex);
      Files.copy(from, blobs.resolve(digestHex), StandardCopyOption.REPLACE_EXISTING);
    }
    index(layout, List.of(new Blob(MANIFEST_TYPE, manifest.digestHex(), manifest.sizeBytes())));
  }

  /**
   * Has a layout list nothing.
   *
   * @param layout its directory
   * @throws IOException when it cannot be written
   */
  static void listNothing(Path layout) throws IOException {
    index(layout, List.of());
  }

  /** At once, since a node may be reading it. */
  private static void index(Path layout, List<Blob> manifests) throws IOException {
    Path next = Files.write(layout.resolve("index.json.next"), index(manifests));
    Files.move(next, layout.resolve("index.json"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static IOException unusable(Path layout, String why) {
    return new IOException(layout + " is not what a bench wrote (" + why + "): remove it");
  }

  /** The digests of all descriptors in a document, in its order, without their algorithm. */
  private static List<String> digests(Path document) throws IOException {
    List<String> digests = new ArrayList<>();
    String text = Files.readString(document, StandardCharsets.UTF_8);
    try (JsonParser json = JSON.createParser(text)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.FIELD_NAME && json.currentName().equals("digest")) {
          digests.add(json.nextTextValue().substring("sha256:".length()));
        }
      }
    }
    return digests;
  }
}
