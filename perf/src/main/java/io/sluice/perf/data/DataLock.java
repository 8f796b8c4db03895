package io.sluice.perf.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two runs from one directory of layers: the one that wrote them would remove them under the
 * other, and each would measure the other. The kernel lets go of it when the process ends.
 */
public final class DataLock implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private DataLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param directory an existing directory
   * @return the lock, to be closed at the end of the run
   * @throws IOException when another process has it, or it cannot be written
   */
  public static DataLock of(Path directory) throws IOException {
    Path file = directory.resolve("lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new DataLock(file, channel);
      }
    } catch (OverlappingFileLockException takenByThisProcess) {
      // Said below.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new IOException(
        "another bench works in " + directory + ": wait for it, or name another with --data");
  }

  /** Lets go, and removes the file. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    channel.close();
  }
}
