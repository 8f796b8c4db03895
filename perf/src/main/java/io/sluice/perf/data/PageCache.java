package io.sluice.perf.data;

import io.sluice.perf.load.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** What of a file is in the page cache. Any thread may call. */
public final class PageCache {
  private PageCache() {}

  /**
   * Drops a file's pages, after writing dirty ones back.
   *
   * @param file the file
   * @throws IOException when it cannot be opened or written back
   */
  public static void drop(Path file) throws IOException {
    Libc.dropFromPageCache(file);
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
   * How much of a file is in the page cache.
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
      return Libc.residentPages(mapping) * Libc.pageBytes();
    }
  }
}
