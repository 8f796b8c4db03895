package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.iovec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the page cache holds of a file, and how to have it without waiting for the disk. For event
 * loops: no method allocates. Belongs to the thread that made it.
 *
 * <p>Descriptors must be readable and opened without {@code O_DIRECT}.
 */
public final class PageCache {
  /** Between two pages that are read to see whether they are there. */
  static final int PROBE_STRIDE_BYTES = 64 * 1024;

  /** Most pages that one {@code mincore(2)} is asked for. */
  static final int MAPPED_PAGES = 512;

  private static final long PAGE_BYTES = 4096;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int PROT_NONE = 0;
  private static final int MAP_SHARED = 1;
  private static final int RWF_NOWAIT = Libc.RWF_NOWAIT();

  /** {@code struct cachestat_range}: offset and length. */
  private static final long RANGE_BYTES = 2 * Long.BYTES;

  /** {@code struct cachestat}: five counts of pages, the cached ones first. */
  private static final long COUNTS_BYTES = 5 * Long.BYTES;

  private final CallState state;
  private final boolean cachestat;
  private final MemorySegment range;
  private final MemorySegment counts;
  private final MemorySegment residency;
  private final MemorySegment position;
  private final MemorySegment vector;
  private final MemorySegment probe;
  private final MemorySegment emptyPath;

  /**
   * Makes the means to ask and to read.
   *
   * @param arena which the memory for arguments is taken from
   * @param cachestat whether to use {@code cachestat(2)}, from Linux 6.5
   */
  public PageCache(Arena arena, boolean cachestat) {
    this.state = new CallState(arena);
    this.cachestat = cachestat;
    range = arena.allocate(RANGE_BYTES, Long.BYTES);
    counts = arena.allocate(COUNTS_BYTES, Long.BYTES);
    residency = arena.allocate(MAPPED_PAGES);
    position = arena.allocate(JAVA_LONG);
    vector = iovec.allocate(arena);
    probe = arena.allocate(1);
    emptyPath = arena.allocate(1);
  }

  /**
   * Whether the page cache holds all of a range of a file: by {@code cachestat(2)}, else by {@code
   * mincore(2)}. For the files of others the kernel answers neither; then by reading one byte in
   * every {@link #PROBE_STRIDE_BYTES} with {@code RWF_NOWAIT}, which may overlook holes that are
   * smaller, and has the kernel read the first page that is missing. The kernel may drop pages at
   * any time after the answer. False when the file system cannot tell.
   *
   * @param length at least 1; the range must end within the file
   */
  public boolean isResident(int fd, long offset, long length) {
    if (cachestat) {
      range.set(JAVA_LONG, 0, offset);
      range.set(JAVA_LONG, Long.BYTES, length);
      long result = cachestat(fd);
      if (result != -Errno.EPERM) {
        return result == 0 && counts.get(JAVA_LONG, 0) >= pages(offset, length);
      }
    }
    return isInCore(fd, offset, length) && answersAtOnce(fd, offset, length);
  }

  private long cachestat(int fd) {
    return Linux.syscall(
        state, Libc.__NR_cachestat(), fd, range.address(), counts.address(), 0, 0, 0);
  }

  private static long pages(long offset, long length) {
    return (offset + length - 1) / PAGE_BYTES - offset / PAGE_BYTES + 1;
  }

  /** What {@code mincore(2)} says; it says yes to everything about the files of others. */
  private boolean isInCore(int fd, long offset, long length) {
    long first = offset & -PAGE_BYTES;
    for (long left = pages(offset, length); left > 0; left -= MAPPED_PAGES) {
      int count = (int) Math.min(left, MAPPED_PAGES);
      if (!arePagesInCore(fd, first, count)) {
        return false;
      }
      first += count * PAGE_BYTES;
    }
    return true;
  }

  private boolean arePagesInCore(int fd, long first, int count) {
    long bytes = count * PAGE_BYTES;
    long address = Linux.mmap(state, 0, bytes, PROT_NONE, MAP_SHARED, fd, first);
    if (address < 0) {
      return false;
    }
    long result =
        Linux.syscall(state, SystemCall.MINCORE, address, bytes, residency.address(), 0, 0, 0);
    Linux.syscall(state, SystemCall.MUNMAP, address, bytes, 0, 0, 0, 0);
    boolean all = result == 0;
    for (int page = 0; all && page < count; page++) {
      all = (residency.get(JAVA_BYTE, page) & 1) != 0;
    }
    return all;
  }

  private boolean answersAtOnce(int fd, long offset, long length) {
    long last = offset + length - 1;
    for (long at = offset; at < last; at += PROBE_STRIDE_BYTES) {
      if (read(fd, probe.address(), 1, at) != 1) {
        return false;
      }
    }
    return read(fd, probe.address(), 1, last) == 1;
  }

  /**
   * {@code preadv2(2)} with {@code RWF_NOWAIT}: reads what the page cache holds.
   *
   * @return bytes read, which may be fewer than asked for; 0 at the end of the file; {@code
   *     -EAGAIN} when the first page is not there; {@code -EOPNOTSUPP} when the file system cannot
   *     do this
   */
  public int read(int fd, long address, int length, long offset) {
    iovec.iov_base(vector, MemorySegment.ofAddress(address));
    iovec.iov_len(vector, length);
    return (int) Linux.preadv2(state, fd, vector, 1, offset, RWF_NOWAIT);
  }

  /**
   * {@code statx(2)} of an open file, whose attributes are in memory. Through a ring a worker
   * thread of the kernel would do it, which costs ten times as much.
   *
   * @param address of 256 bytes for the answer
   * @return 0 or {@code -errno}
   */
  public int describe(int fd, long address) {
    long path = emptyPath.address();
    return (int)
        Linux.syscall(
            state, SystemCall.STATX, fd, path, AT_EMPTY_PATH, STATX_BASIC_STATS, address, 0);
  }

  /**
   * {@code sendfile(2)}. Does not wait for a non-blocking socket; waits for the disk where pages
   * are missing, so ask {@link #isResident} first.
   *
   * @return bytes the socket took, which may be fewer than asked for; 0 at the end of the file;
   *     {@code -EAGAIN} when the socket takes nothing at present; another {@code -errno}
   */
  public int send(int socketFd, int fd, long offset, int length) {
    position.set(JAVA_LONG, 0, offset);
    return (int) Linux.sendfile(state, socketFd, fd, position, length);
  }
}
