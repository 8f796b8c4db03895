package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A file system on a disk that answers every read with EIO once it is told to: a loop device whose
 * file becomes empty. It is mounted in a mount namespace of its own, which other processes see
 * below {@code /proc/PID/root}, and which takes mount and device with it when it ends. Needs root.
 */
final class FailingDisk implements AutoCloseable {
  private static final long STOP_SECONDS = 10;

  /** Mounts, waits to be filled, mounts again with nothing in the page cache, waits for the end. */
  private static final String SCRIPT =
      """
      set -e
      truncate -s "$3" "$1"
      mkfs.ext4 -q -F -O ^has_journal "$1"
      mount -o loop "$1" "$2"
      echo mounted
      read -r _
      umount "$2"
      mount -o loop,ro "$1" "$2"
      echo cold
      read -r _
      """;

  private final Path file;
  private final Process holder;
  private final BufferedReader answers;

  private FailingDisk(Path file, Process holder) {
    this.file = file;
    this.holder = holder;
    this.answers = holder.inputReader();
  }

  /**
   * Mounts an empty file system.
   *
   * @param file what the disk is kept in; must not exist
   * @param directory where it is mounted, for those who look through {@link #root}
   */
  static FailingDisk mount(Path file, Path directory, long bytes) throws IOException {
    Process holder =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                SCRIPT,
                "sh",
                file.toString(),
                directory.toString(),
                Long.toString(bytes))
            .redirectErrorStream(true)
            .start();
    FailingDisk disk = new FailingDisk(file, holder);
    try {
      disk.expect("mounted");
    } catch (AssertionError | IOException failed) {
      disk.close();
      throw failed;
    }
    return disk;
  }

  private void expect(String answer) throws IOException {
    assertEquals(answer, answers.readLine());
  }

  /** An absolute path as it is seen where the disk is mounted. */
  Path root(Path path) {
    return Path.of("/proc", Long.toString(holder.pid()), "root")
        .resolve(path.toString().substring(1));
  }

  /** The disk has been filled: nothing of it is to be in the page cache any more. */
  void cool() throws IOException {
    holder.outputWriter().append('\n').flush();
    expect("cold");
  }

  /** From now on every read fails. */
  void fail() throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(0);
    }
  }

  @Override
  public void close() throws IOException {
    holder.destroy();
    try {
      if (!holder.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        holder.destroyForcibly();
        throw new AssertionError("the disk's mount namespace does not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    Files.deleteIfExists(file);
  }
}
