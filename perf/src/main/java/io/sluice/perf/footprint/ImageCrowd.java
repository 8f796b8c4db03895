package io.sluice.perf.footprint;

import io.sluice.server.store.Descriptor;
import io.sluice.server.store.Digest;
import io.sluice.server.store.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Many small images in a content directory: a manifest, a configuration and three layers each, none
 * of them shared.
 */
final class ImageCrowd {
  /** Blobs of each image. */
  static final int BLOBS_EACH = 5;

  private static final int LAYERS = 3;
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  private final Path blobs;
  private final Map<String, Descriptor> images = new LinkedHashMap<>();

  private ImageCrowd(Path blobs) {
    this.blobs = blobs;
  }

  /**
   * Writes the blobs of {@code count} images.
   *
   * @param directory the content directory
   * @return manifests by the images' names
   */
  static Map<String, Descriptor> write(Path directory, int count) throws IOException {
    ImageCrowd crowd = new ImageCrowd(Files.createDirectories(directory.resolve("blobs/sha256")));
    for (int i = 0; i < count; i++) {
      crowd.add(i);
    }
    return crowd.images;
  }

  private void add(int number) throws IOException {
    String config = descriptor(MediaType.OCI_CONFIG, "{\"config\":{\"Image\":\"" + number + "\"}}");
    List<String> layers = new ArrayList<>();
    for (int i = 0; i < LAYERS; i++) {
      layers.add(descriptor(LAYER, "layer " + i + " of image " + number));
    }
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\""
            + MediaType.OCI_MANIFEST
            + "\",\"config\":"
            + config
            + ",\"layers\":["
            + String.join(",", layers)
            + "]}";
    Descriptor target = write(MediaType.OCI_MANIFEST, manifest);
    String name = "registry.acme.test/team/application-" + number + ":v1.2.3";
    images.put(name, target);
  }

  private String descriptor(String mediaType, String content) throws IOException {
    Descriptor blob = write(mediaType, content);
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, blob.digest(), blob.sizeBytes());
  }

  private Descriptor write(String mediaType, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    String hex = HexFormat.of().formatHex(sha256().digest(bytes));
    Files.write(blobs.resolve(hex), bytes);
    return new Descriptor(new Digest("sha256", hex), bytes.length, mediaType);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
