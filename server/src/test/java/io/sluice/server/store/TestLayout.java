package io.sluice.server.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Writes OCI layouts, valid or not, for tests. */
final class TestLayout {
  private final Path root;
  private final List<String> entries = new ArrayList<>();

  TestLayout(Path root) throws IOException {
    this.root = root;
    OciLayout.createIfAbsent(root);
  }

  Path root() {
    return root;
  }

  /** Writes a blob under its real digest. */
  Digest blob(String content) throws IOException {
    return blob(content.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a blob under its real digest. */
  Digest blob(byte[] content) throws IOException {
    Digest digest = digestOf(content);
    Files.write(path(digest), content);
    return digest;
  }

  /** Writes a blob under any digest. */
  void forge(Digest digest, String content) throws IOException {
    Files.createDirectories(path(digest).getParent());
    Files.writeString(path(digest), content);
  }

  Path path(Digest digest) {
    return root.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  /** An image manifest with one configuration and one layer; extra members end with a comma. */
  Digest image(String content, String extraMembers) throws IOException {
    Digest config = blob("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{}}");
    Digest layer = blob("layer of " + content);
    return blob(
        "{"
            + extraMembers
            + "\"schemaVersion\":2,\"mediaType\":\""
            + MediaType.OCI_MANIFEST
            + "\",\"config\":"
            + descriptor(MediaType.OCI_CONFIG, config, null)
            + ",\"layers\":["
            + descriptor(MediaType.OCI_LAYER_TAR, layer, null)
            + "]}");
  }

  /** Adds an entry to the index; {@code nameOrNull} becomes the annotation ref.name. */
  TestLayout add(String mediaType, Digest digest, String nameOrNull) {
    entries.add(descriptor(mediaType, digest, nameOrNull));
    return this;
  }

  /** Adds an image of its own under each name. */
  TestLayout addImages(String... names) throws IOException {
    for (String name : names) {
      add(MediaType.OCI_MANIFEST, image(name, ""), name);
    }
    return this;
  }

  TestLayout addRaw(String entry) {
    entries.add(entry);
    return this;
  }

  /** Writes {@code index.json} with the entries so far. */
  TestLayout writeIndex() throws IOException {
    return writeIndex("{\"schemaVersion\":2,\"manifests\":[" + String.join(",", entries) + "]}");
  }

  TestLayout writeIndex(String content) throws IOException {
    OciLayout.replace(root.resolve("index.json"), content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  static String descriptor(String mediaType, Digest digest, String nameOrNull) {
    return "{\"mediaType\":\""
        + mediaType
        + "\",\"digest\":\""
        + digest
        + "\",\"size\":1"
        + (nameOrNull == null
            ? ""
            : ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + nameOrNull + "\"}")
        + "}";
  }

  static Digest digestOf(byte[] content) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return new Digest("sha256", HexFormat.of().formatHex(sha256.digest(content)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A digest that nothing has, different for each {@code i}. */
  static Digest digest(int i) {
    return new Digest("sha256", String.format("%064x", i));
  }
}
