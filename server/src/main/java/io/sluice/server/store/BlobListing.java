package io.sluice.server.store;

import io.sluice.server.log.Log;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The blobs in a directory of another program, which renames them into place: listed again when the
 * time of a directory has changed, or might without being seen. Looks at names only. One thread.
 */
final class BlobListing {
  private static final Log LOG = Log.of("store");
  private static final List<String> ALGORITHMS = List.of("sha256", "sha512");

  /** Times of files move in steps of the kernel's tick; this is longer than any. */
  private static final long TIME_STEP_MS = 100;

  private final Path blobs;
  private final StoreLimits limits;
  private final LongSupplier epochMs;
  private final FileTime[] listed = new FileTime[ALGORITHMS.size()];
  private boolean maybeChanging;
  private Catalog current = Catalog.EMPTY;

  /**
   * A listing that has not looked yet.
   *
   * @param blobs holds a directory for each algorithm, or does not exist yet
   * @param epochMs the clock that files' times are from
   */
  BlobListing(Path blobs, StoreLimits limits, LongSupplier epochMs) {
    this.blobs = blobs;
    this.limits = limits;
    this.epochMs = epochMs;
  }

  /** What is there; the same object as before when nothing has changed. */
  Catalog look() {
    boolean changed = false;
    FileTime[] times = new FileTime[listed.length];
    try {
      for (int i = 0; i < times.length; i++) {
        times[i] = timeOf(blobs.resolve(ALGORITHMS.get(i)));
        changed |= times[i] != null ? !times[i].equals(listed[i]) : listed[i] != null;
      }
      if (changed || maybeChanging) {
        // Asked before the listing: what comes after it is seen the next time.
        maybeChanging = isRecent(times);
        current = list();
        System.arraycopy(times, 0, listed, 0, times.length);
      }
    } catch (IOException failed) {
      LOG.warn("The blobs cannot be listed; peers are told of those known before.", failed);
    }
    return current;
  }

  private boolean isRecent(FileTime[] times) {
    long nowMs = epochMs.getAsLong();
    for (FileTime time : times) {
      if (time != null && nowMs - time.to(TimeUnit.MILLISECONDS) < TIME_STEP_MS) {
        return true;
      }
    }
    return false;
  }

  private static FileTime timeOf(Path directory) throws IOException {
    try {
      return Files.getLastModifiedTime(directory);
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  private Catalog list() throws IOException {
    Catalog.Builder found = new Catalog.Builder(limits);
    for (String algorithm : ALGORITHMS) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(blobs.resolve(algorithm))) {
        for (Path file : files) {
          Digest.tryParse(algorithm + ":" + file.getFileName())
              .ifPresent(digest -> found.addDigest(digest, 0, MediaType.OCTET_STREAM));
        }
      } catch (NoSuchFileException | NotDirectoryException none) {
        continue;
      }
    }
    return found.build();
  }
}
