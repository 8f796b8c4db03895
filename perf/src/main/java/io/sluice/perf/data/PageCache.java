package io.sluice.perf.data;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** What of a file is in the page cache. Any thread may call. */
public final class PageCache {
  // System call numbers and constants of the only processor that the bindings are for, x86-64.
  private static final int NR_FSYNC = 74;
  private static final int NR_MINCORE = 27;
  private static final int O_RDONLY = 0;
  private static final int POSIX_FADV_DONTNEED = 4;
  private static final long PAGE_BYTES = 4096;

  private PageCache() {}

  /**
   * Drops a file's pages, after writing dirty ones back; fsync(2), posix_fadvise(2) with
   * POSIX_FADV_DONTNEED. Pages that a process has mapped, or that are being sent, stay.
   *
   * @param file the file
   * @throws LinuxException when it cannot be opened or written back
   */
  public static void drop(Path file) {
    int fd = Descriptors.open(file, O_RDONLY);
    try {
      check("fsync", file, Linux.syscall(CallState.ofThread(), NR_FSYNC, fd, 0, 0, 0, 0, 0));
      check(
          "posix_fadvise",
          file,
          Linux.posixFadvise(CallState.ofThread(), fd, 0, 0, POSIX_FADV_DONTNEED));
    } finally {
      Descriptors.close(fd);
    }
  }

  private static void check(String call, Path file, long result) {
    if (result < 0) {
      throw new LinuxException(call, "file=" + file, (int) -result);
    }
  }

  /**
   * Reads a file, so that all of it is in the page cache, charged to this process.
   *
   * @param file the file
   * @throws IOException when it cannot be read
   */
  public static void load(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      channel.map(MapMode.READ_ONLY, 0, channel.size(), arena).load();
    }
  }

  /**
   * How much of a file is in the page cache; mincore(2), which tells the truth to root and to the
   * file's owner only.
   *
   * @param file the file
   * @return bytes, in whole pages
   * @throws IOException when it cannot be looked at
   */
  public static long residentBytes(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      if (channel.size() == 0) {
        return 0;
      }
      MemorySegment mapping = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      long pages = Math.ceilDiv(channel.size(), PAGE_BYTES);
      MemorySegment vector = arena.allocate(pages);
      check(
          "mincore",
          file,
          Linux.syscall(
              CallState.ofThread(),
              NR_MINCORE,
              mapping.address(),
              mapping.byteSize(),
              vector.address(),
              0,
              0,
              0));
      long resident = 0;
      for (long page = 0; page < pages; page++) {
        resident += vector.get(ValueLayout.JAVA_BYTE, page) & 1;
      }
      return resident * PAGE_BYTES;
    }
  }
}
