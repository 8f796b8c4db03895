package io.sluice.server.store;

import io.sluice.server.log.Log;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Blobs as files, {@code <algorithm>/<hex>} below one directory, for control-plane threads. Only
 * regular files are blobs: a symbolic link could lead out of the store, and opening a FIFO would
 * block. Counts what it reads.
 */
final class BlobFiles {
  private static final Log LOG = Log.of("store");

  private final Path directory;
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicBoolean complained = new AtomicBoolean();

  /** What identifies one version of a file's content. */
  record Version(long sizeBytes, long modifiedNs) {
    static Version of(BasicFileAttributes attributes) {
      return new Version(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
  }

  BlobFiles(Path directory) {
    this.directory = directory;
  }

  Path directory() {
    return directory;
  }

  Path path(Digest digest) {
    return directory.resolve(digest.algorithm()).resolve(digest.hex());
  }

  /** The blob's file; empty when there is none, or none that can be read. */
  Optional<Version> version(Digest digest) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path(digest), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? Optional.of(Version.of(attributes)) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      failed(digest, e);
      return Optional.empty();
    }
  }

  /**
   * Opens a blob that {@link #version} found. The stream ends at the latest after {@code
   * limitBytes}, also when the file has grown meanwhile.
   */
  InputStream open(Digest digest, long limitBytes) throws IOException {
    return bounded(
        Channels.newInputStream(
            Files.newByteChannel(
                path(digest), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))),
        limitBytes);
  }

  /** {@code in}, ending after {@code limitBytes}, counted. */
  InputStream bounded(InputStream in, long limitBytes) {
    return new BoundedInputStream(in, limitBytes, bytesRead);
  }

  /** Counts a failure to read; the first one is logged. */
  void failed(Digest digest, IOException cause) {
    failures.incrementAndGet();
    if (complained.compareAndSet(false, true)) {
      LOG.warn(
          "A blob cannot be read and is treated as absent. Check owner and mode of the store;"
              + " further failures are only counted.",
          "blob",
          digest,
          "directory",
          directory,
          "cause",
          cause);
    }
  }

  long bytesRead() {
    return bytesRead.get();
  }

  long failures() {
    return failures.get();
  }

  private static final class BoundedInputStream extends FilterInputStream {
    private final AtomicLong counter;
    private long remaining;

    BoundedInputStream(InputStream in, long limitBytes, AtomicLong counter) {
      super(in);
      this.remaining = limitBytes;
      this.counter = counter;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (remaining == 0 && length > 0) {
        return -1;
      }
      int count = in.read(target, offset, (int) Math.min(length, remaining));
      if (count > 0) {
        remaining -= count;
        counter.addAndGet(count);
      }
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      return 0;
    }

    @Override
    public int available() {
      return 0;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
