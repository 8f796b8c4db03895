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
import java.util.Optional;
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
  private boolean hasComplained;
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
    } catch (IOException failed) {
      complain(failed);
      return current;
    }
    if (changed || maybeChanging) {
      // Asked before the listing: what comes after it is seen the next time.
      boolean recent = isRecent(times);
      Optional<Catalog> found = list();
      if (found.isPresent()) {
        current = found.get();
        maybeChanging = recent;
        System.arraycopy(times, 0, listed, 0, times.length);
      }
    }
    return current;
  }

  /** What is there now; empty, and said once, when that cannot be found out. */
  Optional<Catalog> list() {
    try {
      Catalog found = listAll();
      hasComplained = false;
      return Optional.of(found);
    } catch (IOException failed) {
      complain(failed);
      return Optional.empty();
    }
  }

  private void complain(IOException failed) {
    if (!hasComplained) {
      hasComplained = true;
      LOG.warn(
          "The blobs cannot be listed, and those known before are counted on: check the owner, the"
              + " mode and the disk of the directory.",
          failed,
          "directory",
          blobs);
    }
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

  private Catalog listAll() throws IOException {
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
