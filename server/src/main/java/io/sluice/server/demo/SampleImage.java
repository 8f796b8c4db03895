package io.sluice.server.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.server.store.Descriptor;
import io.sluice.server.store.Digest;
import io.sluice.server.store.MediaType;
import io.sluice.server.store.OciLayout;
import io.sluice.server.store.Reference;
import io.sluice.server.store.StoreException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An image with random content, made up on the spot: real layers, configuration and manifest that
 * containerd pulls and unpacks, for the demonstration, tests and benchmarks.
 *
 * <p>Each layer is an uncompressed tar archive with the directory {@code sample} and one file in it
 * whose content does not compress. The same arguments always give the same digests on machines of
 * the same architecture.
 *
 * @param reference name in the layout
 * @param manifest descriptor of the image manifest
 * @param config descriptor of the configuration
 * @param layers descriptors of the layers, lowest first
 */
public record SampleImage(
    String reference, Descriptor manifest, Descriptor config, List<Descriptor> layers) {

  /** Most layers of a sample; overlay file systems do not take more. */
  public static final int LAYERS_MAX = 127;

  private static final String CREATED = "2024-01-01T00:00:00Z";
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Writes an image into the OCI layout at {@code layoutRoot}, which is created when it is missing.
   * Other images in the layout stay; one with the same name is replaced. Blobs and then {@code
   * index.json} are put in place by rename. Only one writer at a time may use a layout.
   *
   * @param reference full name, such as {@code sluice.test/big:1}
   * @param layers number of layers, 1 to {@link #LAYERS_MAX}
   * @param layerBytes size of the file in each layer; the blob is 2 to 2.5 KiB larger
   * @param seed selects the content
   * @throws StoreException when the layout there cannot be read or created
   * @throws IOException when writing fails, for example on a full disk
   * @throws IllegalArgumentException when an argument is out of range
   */
  public static SampleImage write(
      Path layoutRoot, String reference, int layers, long layerBytes, long seed)
      throws IOException {
    if (layers < 1 || layers > LAYERS_MAX) {
      throw new IllegalArgumentException("A sample image has 1 to " + LAYERS_MAX + " layers.");
    }
    if (layerBytes < 0 || layerBytes > SampleLayer.FILE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "A layer of a sample image has 0 to " + SampleLayer.FILE_BYTES_MAX + " bytes.");
    }
    if (Reference.parse(reference).isEmpty()) {
      throw new IllegalArgumentException("An image name is registry/repository:tag.");
    }
    OciLayout.createIfAbsent(layoutRoot);
    BlobWriter blobs = new BlobWriter(layoutRoot.resolve("blobs"));
    List<Descriptor> layerDescriptors = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      layerDescriptors.add(SampleLayer.write(blobs, i, layerBytes, seed));
    }
    Descriptor config = blobs.write(MediaType.OCI_CONFIG, config(layerDescriptors));
    Descriptor manifest = blobs.write(MediaType.OCI_MANIFEST, manifest(config, layerDescriptors));
    LayoutIndexEditor.put(layoutRoot, reference, manifest);
    return new SampleImage(reference, manifest, config, List.copyOf(layerDescriptors));
  }

  /** Digests of all blobs, as a client pulls them: manifest, configuration, layers. */
  public List<Digest> digests() {
    List<Digest> digests = new ArrayList<>();
    digests.add(manifest.digest());
    digests.add(config.digest());
    layers.forEach(layer -> digests.add(layer.digest()));
    return digests;
  }

  /** Bytes of all blobs. */
  public long totalBytes() {
    return manifest.sizeBytes()
        + config.sizeBytes()
        + layers.stream().mapToLong(Descriptor::sizeBytes).sum();
  }

  private static byte[] config(List<Descriptor> layers) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("created", CREATED);
      json.writeStringField("architecture", architecture());
      json.writeStringField("os", "linux");
      json.writeObjectFieldStart("config");
      json.writeEndObject();
      json.writeObjectFieldStart("rootfs");
      json.writeStringField("type", "layers");
      json.writeArrayFieldStart("diff_ids");
      for (Descriptor layer : layers) {
        // The layers are not compressed, so the digest of the content is that of the blob.
        json.writeString(layer.digest().toString());
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeArrayFieldStart("history");
      for (int i = 0; i < layers.size(); i++) {
        json.writeStartObject();
        json.writeStringField("created", CREATED);
        json.writeStringField("created_by", "sample layer " + i);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] manifest(Descriptor config, List<Descriptor> layers) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("schemaVersion", 2);
      json.writeStringField("mediaType", MediaType.OCI_MANIFEST);
      json.writeFieldName("config");
      LayoutIndexEditor.writeDescriptor(json, config, null);
      json.writeArrayFieldStart("layers");
      for (Descriptor layer : layers) {
        LayoutIndexEditor.writeDescriptor(json, layer, null);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      case String other -> other;
    };
  }
}
