package io.sluice.server.store;

import io.sluice.linux.DirectoryWatch;
import io.sluice.linux.Errno;
import io.sluice.linux.LinuxException;
import io.sluice.server.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Sees blobs come and go in a content directory, which may be missing, vanish, and become another
 * file system. Watches with inotify; where that is not to be had, looks once a second. One thread;
 * any may {@link #wake} it.
 */
final class ContentWatch implements AutoCloseable {
  /** Between two looks at whether the directories are still the ones that are watched. */
  static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

  private static final Log LOG = Log.of("containerd");

  private final Path blobs;

  /** From above to below. */
  private final List<Path> directories;

  private final BlobListing listing;
  private final DirectoryWatch watchOrNull;
  private final Map<Integer, Path> watched = new HashMap<>();
  private final Map<Path, Object> identities = new HashMap<>();
  private final DirectoryWatch.Listener changes = new Changes();
  private Listener listener;
  private Catalog lastListed;
  private boolean lookAgain = true;
  private boolean hasComplained;
  private boolean woken;
  private long lookedNs;
  private long scans;

  /** Hears what is here. */
  interface Listener {
    /** A blob is here. */
    void onCame(Digest digest);

    /** A blob is gone. */
    void onWent(Digest digest);

    /** These blobs are here and no others. */
    void onListed(Catalog present);
  }

  /**
   * Watches {@code blobs} and what is above it: a runtime makes the directory of its content when
   * it has some. Nothing has been looked at yet.
   */
  ContentWatch(Path blobs, StoreLimits limits) {
    this(blobs, limits, openOrNull());
  }

  ContentWatch(Path blobs, StoreLimits limits, DirectoryWatch watchOrNull) {
    this.blobs = blobs;
    this.directories =
        Stream.of(
                above(blobs),
                content(blobs),
                blobs,
                blobs.resolve("sha256"),
                blobs.resolve("sha512"))
            .filter(Objects::nonNull)
            .toList();
    this.listing = new BlobListing(blobs, limits, System::currentTimeMillis);
    this.watchOrNull = watchOrNull;
  }

  private static Path content(Path blobs) {
    return blobs.getParent();
  }

  private static Path above(Path blobs) {
    return content(blobs).getParent();
  }

  private static DirectoryWatch openOrNull() {
    try {
      return new DirectoryWatch();
    } catch (LinuxException failed) {
      LOG.warn(
          "New content cannot be watched for and is looked for once a second: raise"
              + " fs.inotify.max_user_instances.",
          failed);
      return null;
    }
  }

  /** How often the directories were listed. */
  long scans() {
    return scans;
  }

  /** Tells of what has changed since the last turn; all there is at first. */
  void turn(long nowNs, Listener to) {
    listener = to;
    if (watchOrNull != null) {
      watchOrNull.read(changes);
    }
    if (!lookAgain && nowNs - lookedNs < LOOK_NS) {
      return;
    }
    lookedNs = nowNs;
    if (watchOrNull == null) {
      lookAgain = false;
      Catalog listed = listing.look();
      // The same object while nothing has changed.
      if (listed != lastListed) {
        lastListed = listed;
        listener.onListed(listed);
      }
    } else if (haveMoved() || lookAgain) {
      watchAll();
      scans++;
      Optional<Catalog> listed = listing.list();
      lookAgain = listed.isEmpty();
      listed.ifPresent(listener::onListed);
    }
  }

  private boolean haveMoved() {
    for (Path directory : directories) {
      if (!identity(directory).equals(identities.get(directory))) {
        return true;
      }
    }
    return false;
  }

  private static Object identity(Path directory) {
    try {
      Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
      return key == null ? "unknown" : key;
    } catch (IOException absent) {
      return "absent";
    }
  }

  /** From above to below, so that what is made meanwhile is seen by one of the watches. */
  private void watchAll() {
    boolean complained = false;
    List.copyOf(watched.keySet()).forEach(watchOrNull::remove);
    watched.clear();
    for (Path directory : directories) {
      identities.put(directory, identity(directory));
      try {
        watched.put(watchOrNull.add(directory), directory);
      } catch (LinuxException failed) {
        complained |= complain(directory, failed);
      }
    }
    hasComplained = complained;
  }

  private boolean complain(Path directory, LinuxException failed) {
    boolean isAbove = directory.equals(above(blobs));
    if (isAbove || failed.errno() == Errno.ENOENT || failed.errno() == Errno.ENOTDIR) {
      // It is seen when it comes, or a second later when it is the runtime's and not ours to watch.
      return false;
    }
    // Tried again, and listed, at each look.
    identities.put(directory, "unwatched");
    if (!hasComplained) {
      LOG.warn(
          "A directory cannot be watched, and is listed once a second: let this user read it, or"
              + " raise fs.inotify.max_user_watches.",
          failed,
          "directory",
          directory);
    }
    return true;
  }

  /** Waits for something to happen. */
  void await(long timeoutMs) throws InterruptedException {
    if (watchOrNull != null) {
      watchOrNull.await(timeoutMs);
      return;
    }
    synchronized (this) {
      if (!woken && timeoutMs > 0) {
        wait(timeoutMs);
      }
      woken = false;
    }
  }

  /** Ends a wait. Any thread may call, until it is closed. */
  void wake() {
    if (watchOrNull != null) {
      watchOrNull.wake();
      return;
    }
    synchronized (this) {
      woken = true;
      notifyAll();
    }
  }

  @Override
  public void close() {
    if (watchOrNull != null) {
      watchOrNull.close();
    }
  }

  private final class Changes implements DirectoryWatch.Listener {
    @Override
    public void onCame(int watch, String name) {
      Path directory = watched.get(watch);
      if (directory == null) {
        return;
      }
      if (isForBlobs(directory)) {
        digest(directory, name).ifPresent(listener::onCame);
      } else if (directories.contains(directory.resolve(name))) {
        lookAgain = true;
      }
    }

    @Override
    public void onWent(int watch, String name) {
      Path directory = watched.get(watch);
      if (directory != null && isForBlobs(directory)) {
        digest(directory, name).ifPresent(listener::onWent);
      }
    }

    @Override
    public void onEnded(int watch) {
      lookAgain |= watched.containsKey(watch);
    }

    @Override
    public void onLost() {
      lookAgain = true;
    }

    private boolean isForBlobs(Path directory) {
      return directory.getParent().equals(blobs);
    }

    private Optional<Digest> digest(Path directory, String name) {
      return Digest.tryParse(directory.getFileName() + ":" + name);
    }
  }
}
