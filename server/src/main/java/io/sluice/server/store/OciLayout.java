package io.sluice.server.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;

/**
 * The files of an OCI image layout (OCI image specification 1.1, image layout): {@code oci-layout},
 * {@code index.json} and {@code blobs/}. For control-plane threads.
 */
public final class OciLayout {
  private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";
  private static final String EMPTY_INDEX =
      "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[]}";

  private final Path root;
  private final BlobFiles blobs;

  /** What identifies one version of {@code index.json}: a rename changes the file key. */
  record IndexVersion(BlobFiles.Version content, Object fileKey) {}

  OciLayout(Path root) {
    this.root = root.toAbsolutePath().normalize();
    this.blobs = new BlobFiles(this.root.resolve("blobs"));
  }

  /**
   * Makes {@code root} an OCI layout: creates what is missing of the directory, its parents, {@code
   * blobs/sha256}, an empty {@code index.json} and {@code oci-layout}. What exists is not touched.
   *
   * @throws StoreException when it cannot be written
   */
  public static void createIfAbsent(Path root) throws StoreException {
    try {
      Files.createDirectories(root.resolve("blobs").resolve("sha256"));
      // The marker comes last: a layout that was not completed is completed by the next start.
      if (Files.notExists(root.resolve("index.json"))) {
        replace(root.resolve("index.json"), EMPTY_INDEX.getBytes(StandardCharsets.UTF_8));
      }
      if (Files.notExists(root.resolve("oci-layout"))) {
        replace(root.resolve("oci-layout"), LAYOUT.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new StoreException(
          "An empty OCI layout cannot be created at "
              + root
              + " ("
              + e
              + "): make the directory writable for this user or name another one.",
          e);
    }
  }

  /**
   * Writes a file by rename, so that a reader sees the old or the new content, never a part of it.
   *
   * @throws IOException when it cannot be written; the old file is unchanged then
   */
  public static void replace(Path file, byte[] content) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".tmp");
    try {
      Files.write(temporary, content);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  Path root() {
    return root;
  }

  Path index() {
    return root.resolve("index.json");
  }

  BlobFiles blobs() {
    return blobs;
  }

  /**
   * The repository of images whose name in the layout is only a tag, as skopeo writes them: the
   * base name of the layout's directory, in lower case, other characters replaced by {@code -}.
   */
  String bareRepository() {
    Path name = root.getFileName();
    String repository =
        (name == null ? "" : name.toString())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return Reference.isRepository(repository) ? repository : "image";
  }

  /** Fails with cause and remedy unless {@code oci-layout} says that this is a layout we know. */
  void validate() throws StoreException {
    if (!Files.isDirectory(root)) {
      throw new StoreException(
          "The OCI layout "
              + root
              + " is no directory: create it, for example with skopeo copy ... oci:PATH:TAG, or"
              + " name another one with --store oci:PATH.");
    }
    Path marker = root.resolve("oci-layout");
    if (!Files.isRegularFile(marker)) {
      throw new StoreException(
          root
              + " has no oci-layout file, so it is no OCI image layout: name the directory that"
              + " holds oci-layout, index.json and blobs with --store oci:PATH.");
    }
    String version = layoutVersion(marker);
    if (!version.startsWith("1.")) {
      throw new StoreException(
          marker
              + " has the imageLayoutVersion "
              + version.replaceAll("[^\\x20-\\x7e]", "?")
              + ", supported is 1.x: write the layout again with a current tool.");
    }
  }

  private String layoutVersion(Path marker) throws StoreException {
    String version = null;
    try (InputStream in = blobs.bounded(Files.newInputStream(marker), StoreLimits.JSON_BYTES_MAX);
        JsonParser parser = Json.objectParser(in)) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isVersion = "imageLayoutVersion".equals(parser.currentName());
        parser.nextToken();
        String value = Json.stringOrNull(parser);
        version = isVersion ? value : version;
      }
    } catch (IOException e) {
      throw unreadable(marker, e);
    }
    if (version == null || version.length() > 64) {
      throw new StoreException(
          marker
              + " names no imageLayoutVersion: it has to hold "
              + LAYOUT
              + ". Write the layout again.");
    }
    return version;
  }

  /** The present version of {@code index.json}; empty when there is none. */
  Optional<IndexVersion> indexVersion() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(index(), BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? Optional.of(new IndexVersion(BlobFiles.Version.of(attributes), attributes.fileKey()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads {@code index.json}, at most {@link StoreLimits#JSON_BYTES_MAX} bytes. */
  OciManifest readIndex() throws StoreException {
    Optional<IndexVersion> version = indexVersion();
    if (version.isEmpty()) {
      throw new StoreException(
          index()
              + " is missing or no regular file: an OCI layout needs it, so write the layout"
              + " again.");
    }
    if (version.get().content().sizeBytes() > StoreLimits.JSON_BYTES_MAX) {
      throw new StoreException(
          index()
              + " has "
              + version.get().content().sizeBytes()
              + " bytes, at most "
              + StoreLimits.JSON_BYTES_MAX
              + " are read: split the layout.");
    }
    OciManifest read;
    try (InputStream in =
        blobs.bounded(Files.newInputStream(index()), StoreLimits.JSON_BYTES_MAX)) {
      read = OciManifest.read(in);
    } catch (IOException e) {
      throw unreadable(index(), e);
    }
    if (!read.schemaVersion2() || !read.isIndex()) {
      throw new StoreException(
          index()
              + " is no image index: it needs \"schemaVersion\": 2 and a list of manifests."
              + " Write the layout again.");
    }
    return read;
  }

  private static StoreException unreadable(Path file, IOException cause) {
    return new StoreException(
        file
            + (Json.isMalformed(cause)
                ? " is not valid JSON: "
                    + Json.reason(cause)
                    + ". Write a complete file beside it and rename it."
                : " cannot be read: " + Json.reason(cause) + ". Check owner and mode."),
        cause);
  }
}
