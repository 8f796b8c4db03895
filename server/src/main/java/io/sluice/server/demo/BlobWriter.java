package io.sluice.server.demo;

import io.sluice.server.store.Descriptor;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Adds sha256 blobs to a layout: hashed while written, named when complete. */
final class BlobWriter {
  private final Path directory;

  /** Writes the content of a blob. */
  @FunctionalInterface
  interface Content {
    /** Writes all of it to {@code out}, in large pieces: nothing is buffered. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * @param blobsDirectory the layout's {@code blobs}; {@code sha256} in it exists
   */
  BlobWriter(Path blobsDirectory) {
    this.directory = blobsDirectory.resolve("sha256");
  }

  Descriptor write(String mediaType, byte[] content) throws IOException {
    return write(mediaType, out -> out.write(content));
  }

  Descriptor write(String mediaType, Content content) throws IOException {
    Path temporary = Files.createTempFile(directory, ".incomplete-", ".tmp");
    try {
      HashingStream out = new HashingStream(Files.newOutputStream(temporary));
      try (out) {
        content.writeTo(out);
      }
      Digest digest = out.digest();
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(
          temporary,
          directory.resolve(digest.hex()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      return new Descriptor(digest, out.bytes, mediaType);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static final class HashingStream extends OutputStream {
    private final OutputStream out;
    private final MessageDigest sha256;
    private long bytes;

    HashingStream(OutputStream out) {
      this.out = out;
      try {
        this.sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java platform has SHA-256.", e);
      }
    }

    Digest digest() {
      return new Digest("sha256", HexFormat.of().formatHex(sha256.digest()));
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      sha256.update(source, offset, length);
      out.write(source, offset, length);
      bytes += length;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
