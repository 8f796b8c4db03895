package io.sluice.server.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Writes the blobs and the index of an OCI image layout (image-spec, image-layout.md). */
final class OciLayoutWriter {
  static final String LAYER_TAR = "application/vnd.oci.image.layer.v1.tar";
  static final String LAYER_TAR_GZIP = LAYER_TAR + "+gzip";

  /** A blob as a manifest names it; {@code diffId} is the digest before compression. */
  record Descriptor(String mediaType, String digest, long sizeBytes, String diffId) {
    /** The descriptor as JSON, with {@code extraFields} ({@code ,"key":value...}) at its end. */
    String json(String extraFields) {
      return """
      {"mediaType":"%s","digest":"%s","size":%d%s}\
      """
          .formatted(mediaType, digest, sizeBytes, extraFields);
    }
  }

  private final Path layout;
  private final Path blobs;

  /** Starts a layout in the directory {@code layout}, which is created. */
  OciLayoutWriter(Path layout) throws IOException {
    this.layout = layout;
    this.blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  /** Stores a tar stream as one layer, compressed or as it is. */
  Descriptor layer(InputStream tar, boolean gzip) throws IOException {
    Path partial = layout.resolve("partial-blob");
    MessageDigest compressed = sha256();
    MessageDigest plain = sha256();
    try (OutputStream file = new DigestOutputStream(Files.newOutputStream(partial), compressed);
        OutputStream packed = gzip ? new GZIPOutputStream(file, 1 << 16) : file;
        OutputStream unpacked = new DigestOutputStream(packed, plain)) {
      tar.transferTo(unpacked);
    }
    String mediaType = gzip ? LAYER_TAR_GZIP : LAYER_TAR;
    return store(partial, mediaType, digest(compressed), digest(plain));
  }

  /** Stores a directory as one layer, without what a package manager keeps for itself. */
  Descriptor tree(Path tree, boolean gzip) {
    Descriptor[] stored = new Descriptor[1];
    Command.of(
            "tar",
            "--numeric-owner",
            "--sort=name",
            "--exclude=./var/cache/apt/archives/*.deb",
            "--exclude=./var/lib/apt/lists/*",
            "--directory=" + tree,
            "--create",
            ".")
        .pipe(tar -> stored[0] = layer(tar, gzip));
    return stored[0];
  }

  /** Stores the manifest and the configuration of an image of these layers. */
  Descriptor manifest(String architecture, List<Descriptor> layers) throws IOException {
    Descriptor config =
        document("application/vnd.oci.image.config.v1+json", config(architecture, layers));
    return document(
        "application/vnd.oci.image.manifest.v1+json",
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":%s,"layers":[%s]}\
        """
            .formatted(
                config.json(""),
                layers.stream().map(layer -> layer.json("")).collect(Collectors.joining(","))));
  }

  private static String config(String architecture, List<Descriptor> layers) {
    return """
    {"architecture":"%s","os":"linux","config":{"Env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],\
    "Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":[%s]}}\
    """
        .formatted(
            architecture,
            layers.stream()
                .map(layer -> "\"" + layer.diffId() + "\"")
                .collect(Collectors.joining(",")));
  }

  /** Stores a JSON document as a blob of the given media type. */
  Descriptor document(String mediaType, String json) throws IOException {
    Path partial = layout.resolve("partial-blob");
    Files.writeString(partial, json);
    MessageDigest sha256 = sha256();
    String digest = digest(sha256, json.getBytes(StandardCharsets.UTF_8));
    return store(partial, mediaType, digest, digest);
  }

  /** Writes {@code index.json} with one entry that carries a full reference. */
  void index(Descriptor image, String reference) throws IOException {
    String annotation =
        """
        ,"annotations":{"org.opencontainers.image.ref.name":"%s"}\
        """
            .formatted(reference);
    Files.writeString(
        layout.resolve("index.json"),
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",\
        "manifests":[%s]}\
        """
            .formatted(image.json(annotation)));
  }

  private Descriptor store(Path partial, String mediaType, String digest, String diffId)
      throws IOException {
    long sizeBytes = Files.size(partial);
    Path blob = blobs.resolve(digest.substring("sha256:".length()));
    Files.move(partial, blob, StandardCopyOption.REPLACE_EXISTING);
    return new Descriptor(mediaType, digest, sizeBytes, diffId);
  }

  /** The size of every blob of a layout by its digest. */
  static TreeMap<String, Long> sizes(Path layout) {
    try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
      return blobs.collect(
          Collectors.toMap(
              blob -> "sha256:" + blob.getFileName(),
              blob -> blob.toFile().length(),
              (a, b) -> a,
              TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + layout, e);
    }
  }

  /** The digest of a whole file, in the form {@code sha256:<hex>}. */
  static String digestOf(Path file) throws IOException {
    MessageDigest sha256 = sha256();
    try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      Files.copy(file, sink);
    }
    return digest(sha256);
  }

  private static String digest(MessageDigest sha256, byte[] bytes) {
    sha256.update(bytes);
    return digest(sha256);
  }

  private static String digest(MessageDigest sha256) {
    return "sha256:" + HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
