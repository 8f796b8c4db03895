package io.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.iovec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A file of random bytes on disk, of which the test decides what the page cache holds. */
final class CachedFile implements AutoCloseable {
  final Arena arena = Arena.ofConfined();
  final Path path;
  final byte[] content;

  /** Reads through the page cache, without read-ahead. */
  final int fd;

  /** As much as the file has, for reads. */
  final MemorySegment memory;

  private final CallState state = new CallState(arena);

  private CachedFile(Path path, byte[] content) {
    this.path = path;
    this.content = content;
    this.fd = Descriptors.open(path, Libc.O_RDONLY());
    this.memory = arena.allocate(content.length, 4096);
    assertEquals(0, Linux.posixFadvise(state, fd, 0, 0, Libc.POSIX_FADV_RANDOM()));
  }

  /** A file that was just written and is on disk, too. */
  static CachedFile create(int bytes) throws IOException {
    // Not where temporary files usually are: tmpfs has nothing but its pages.
    Path directory = Files.createDirectories(Path.of("target"));
    Path path = Files.createTempFile(directory, "cached", "");
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(content);
      file.getFD().sync();
    }
    assertTrue(path.toFile().setReadable(true, false));
    return new CachedFile(path, content);
  }

  /** Drops all pages. */
  void drop() {
    assertEquals(0, Linux.posixFadvise(state, fd, 0, 0, Libc.POSIX_FADV_DONTNEED()));
  }

  /** Has the kernel read a range, and no more than its pages. */
  void load(long offset, long length) {
    MemorySegment vector = iovec.allocate(arena);
    iovec.iov_base(vector, memory);
    iovec.iov_len(vector, length);
    assertEquals(length, Linux.preadv2(state, fd, vector, 1, offset, 0));
  }

  /** Cuts the file off, or adds a hole. */
  void truncate(long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(bytes);
      file.getFD().sync();
    }
  }

  @Override
  public void close() throws IOException {
    Descriptors.close(fd);
    arena.close();
    Files.delete(path);
  }
}
