package io.sluice.server.node;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Linux;
import io.sluice.server.store.Digest;
import io.sluice.server.store.MediaType;
import io.sluice.server.store.OciLayoutStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** An OCI image layout on disk that tests fill and change. */
final class ImageLayout {
  private static final int FADV_DONTNEED = 4;

  private final Path root;
  private final List<String> entries = new ArrayList<>();

  ImageLayout(Path root) throws IOException {
    this.root = root;
    OciLayoutStore.createIfAbsent(root);
  }

  Path root() {
    return root;
  }

  Path path(Digest digest) {
    return root.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  /** Adds a blob under its digest, by rename. */
  Digest blob(byte[] content) throws IOException {
    Digest digest = digestOf(content);
    put(digest, content);
    return digest;
  }

  Digest blob(String content) throws IOException {
    return blob(content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a blob of random bytes; the size is the seed. */
  Digest randomBlob(int size) throws IOException {
    return blob(random(size, size));
  }

  /** Replaces what is at {@code digest}, by rename; the content need not fit. */
  void put(Digest digest, byte[] content) throws IOException {
    Path temporary = Files.createTempFile(root, "new", "");
    Files.write(temporary, content);
    Files.createDirectories(path(digest).getParent());
    Files.move(temporary, path(digest), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Drops a blob's pages from the page cache, after writing them back. */
  void evict(Digest digest) throws IOException {
    try (FileChannel channel = FileChannel.open(path(digest), StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    int fd = Descriptors.open(path(digest), 0);
    Linux.posixFadvise(CallState.ofThread(), fd, 0, 0, FADV_DONTNEED);
    Descriptors.close(fd);
  }

  /** Adds a file with holes; each offset holds itself as eight bytes, big-endian. */
  Digest sparse(long size, long... offsets) throws IOException {
    Digest digest = missing((int) (size % 1_000_003));
    try (RandomAccessFile file = new RandomAccessFile(path(digest).toFile(), "rw")) {
      file.setLength(size);
      for (long offset : offsets) {
        file.seek(offset);
        file.writeLong(offset);
      }
    }
    return digest;
  }

  /** Adds an image manifest and names it; the content tells it from others. */
  Digest image(String reference, String content) throws IOException {
    Digest digest = manifest(content, "");
    entries.add(entry(MediaType.OCI_MANIFEST, digest, reference));
    return digest;
  }

  /** Adds a manifest that refers to another, and lists it without a name. */
  Digest referrer(Digest subject, String artifactType) throws IOException {
    String members =
        ("\"artifactType\":\"" + artifactType + "\",")
            + ("\"subject\":{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",")
            + ("\"digest\":\"" + subject + "\",\"size\":1},");
    Digest digest = manifest(artifactType, members);
    entries.add(entry(MediaType.OCI_MANIFEST, digest, null));
    return digest;
  }

  /** Adds an image manifest that {@code index.json} does not list. */
  Digest manifest(String content, String members) throws IOException {
    Digest config = blob("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{}}");
    Digest layer = blob("layer of " + content);
    return blob(
        ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\"," + members)
            + ("\"config\":" + entry(MediaType.OCI_CONFIG, config, null))
            + (",\"layers\":[" + entry(MediaType.OCI_LAYER_TAR, layer, null) + "]}"));
  }

  /** Forgets all names. */
  ImageLayout clearIndex() {
    entries.clear();
    return this;
  }

  /** Makes {@code index.json} what has been added, by rename. */
  ImageLayout writeIndex() {
    String index = "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", entries) + "]}";
    try {
      Path temporary = Files.createTempFile(root, "index", "");
      Files.writeString(temporary, index);
      Files.move(temporary, root.resolve("index.json"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private static String entry(String mediaType, Digest digest, String nameOrNull) {
    String name =
        nameOrNull == null
            ? ""
            : ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + nameOrNull + "\"}";
    return "{\"mediaType\":\""
        + mediaType
        + ("\",\"digest\":\"" + digest + "\",\"size\":1" + name + "}");
  }

  /** A digest that nothing has, different for each {@code i}. */
  static Digest missing(int i) {
    return new Digest("sha256", String.format("%064x", i));
  }

  static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static Digest digestOf(byte[] content) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return new Digest("sha256", HexFormat.of().formatHex(sha256.digest(content)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
