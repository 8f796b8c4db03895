package io.sluice.server.mirror;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Errno;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps two runs from working on one tree at the same time, with {@code flock(2)} on its directory:
 * nothing is left behind, whatever ends a run. A file system without such locks is worked on
 * without.
 */
final class TreeLock {
  private static final int NR_FLOCK = 73;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final long PAUSE_MS = 50;
  private static final long NS_PER_MS = 1_000_000;

  /** What is done meanwhile. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  private TreeLock() {}

  /**
   * Waits for its turn, and does {@code work} while it has the directory to itself.
   *
   * @throws StartupException if the directory cannot be opened, or another run does not end
   */
  static void holding(Path directory, Work work) throws IOException {
    holding(directory, MirrorLimits.LOCK_WAIT_MS, work);
  }

  /** As {@link #holding(Path, Work)}, with another patience. */
  static void holding(Path directory, long waitMs, Work work) throws IOException {
    int fd = open(directory);
    try {
      lock(fd, directory, waitMs);
      work.run();
    } finally {
      Descriptors.close(fd);
    }
  }

  private static int open(Path directory) {
    try {
      return Descriptors.openDirectory(directory);
    } catch (LinuxException e) {
      throw new StartupException(
          directory
              + ": cannot be opened ("
              + Errno.name(e.errno())
              + "); run this as a user who may read it, such as root.",
          e);
    }
  }

  private static void lock(int fd, Path directory, long waitMs) {
    long deadlineNs = System.nanoTime() + waitMs * NS_PER_MS;
    while (flock(fd) == -Errno.EAGAIN) {
      if (System.nanoTime() > deadlineNs) {
        throw new StartupException(
            directory + ": another configure or cleanup is at work and does not end; stop it.");
      }
      pause();
    }
  }

  private static long flock(int fd) {
    return Linux.syscall(CallState.ofThread(), NR_FLOCK, fd, LOCK_EX | LOCK_NB, 0, 0, 0, 0);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
