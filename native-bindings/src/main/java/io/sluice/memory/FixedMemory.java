package io.sluice.memory;

import io.sluice.linux.CallState;
import io.sluice.linux.Errno;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.linux.generated.Libc;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * All native memory of the process in one anonymous mapping: planned by name, mapped once, sealed.
 * What is not in its {@link #table} does not exist.
 *
 * <p>The mapping starts at a multiple of {@value #BASE_ALIGNMENT_BYTES} bytes and consists of small
 * pages, each of which counts as used from its first touch on. Mapping and closing belong to one
 * control-plane thread; the regions may be used by any.
 */
public final class FixedMemory implements AutoCloseable {
  /** What the start of the mapping is a multiple of, and the largest alignment of a region. */
  public static final long BASE_ALIGNMENT_BYTES = 2L << 20;

  private static final int MADV_HUGEPAGE = 14;

  private static final long PAGE_BYTES = 4096;

  private final List<Region> regions;
  private final MemorySegment mapping;
  private boolean closed;

  private FixedMemory(List<Region> regions, MemorySegment mapping) {
    this.regions = regions;
    this.mapping = mapping;
  }

  /** Starts an empty plan. */
  public static Plan plan() {
    return new Plan();
  }

  /** The regions in the order of their reservation. */
  public List<Region> regions() {
    return regions;
  }

  /** The size of the mapping: the regions, what aligns them, and the rest of the last page. */
  public long totalBytes() {
    return mapping.byteSize();
  }

  /** The regions and their sum as lines of text, for people. */
  public String table() {
    return MemoryTable.of(regions, totalBytes());
  }

  /**
   * Unmaps everything; the second time does nothing. Nobody may use a region from now on, neither a
   * thread nor the kernel on behalf of a pending operation.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    unmap(mapping.address(), mapping.byteSize());
  }

  private static void unmap(long address, long bytes) {
    int result = Linux.munmap(CallState.ofThread(), MemorySegment.ofAddress(address), bytes);
    if (result < 0) {
      throw new LinuxException("munmap", "address=" + address + ", bytes=" + bytes, -result);
    }
  }

  /** What a {@link FixedMemory} will consist of. Belongs to one thread. */
  public static final class Plan {
    private final List<Region> regions = new ArrayList<>();
    private final List<Region> hugeRegions = new ArrayList<>();
    private long plannedBytes;
    private boolean sealed;

    private Plan() {}

    /**
     * Reserves a region.
     *
     * @param name what it is for; not used before in this plan
     * @param bytes its size, at least 1
     * @param alignmentBytes what its address shall be a multiple of: a power of two, at most {@link
     *     #BASE_ALIGNMENT_BYTES}
     * @throws IllegalArgumentException for a bad name, size or alignment, or when the sum is more
     *     than a long can hold
     * @throws IllegalStateException after {@link #map}
     */
    public Region reserve(String name, long bytes, long alignmentBytes) {
      if (sealed) {
        throw new IllegalStateException(
            "Memory is mapped already, too late to reserve '" + name + "'");
      }
      requireValid(name, bytes, alignmentBytes);
      long offset;
      long end;
      try {
        offset = roundUp(plannedBytes, alignmentBytes);
        end = Math.addExact(offset, bytes);
        // map() needs room for rounding to a page and for aligning the start.
        Math.addExact(end, BASE_ALIGNMENT_BYTES + PAGE_BYTES);
      } catch (ArithmeticException overflow) {
        throw new IllegalArgumentException(
            "Region '" + name + "' of " + bytes + " bytes is more than can be addressed", overflow);
      }
      plannedBytes = end;
      Region region = new Region(name, bytes, alignmentBytes, offset);
      regions.add(region);
      return region;
    }

    /**
     * Reserves a region of which large pieces will be used, on huge pages as far as the kernel has
     * them ({@code madvise(2)}, {@code MADV_HUGEPAGE}): a device then transfers a block in few
     * pieces.
     *
     * @param name what it is for; not used before in this plan
     * @param bytes its size; what is over a multiple of {@link #BASE_ALIGNMENT_BYTES} is on small
     *     pages
     */
    public Region reserveHuge(String name, long bytes) {
      Region region = reserve(name, bytes, BASE_ALIGNMENT_BYTES);
      hugeRegions.add(region);
      return region;
    }

    /** The sum so far, in bytes, what aligns the regions included. */
    public long plannedBytes() {
      return plannedBytes;
    }

    /**
     * Maps all reserved regions and seals the plan.
     *
     * @throws IllegalStateException when nothing was reserved, or the second time
     * @throws LinuxException when there is not enough address space
     */
    public FixedMemory map() {
      if (sealed) {
        throw new IllegalStateException("Memory is mapped already");
      }
      if (regions.isEmpty()) {
        throw new IllegalStateException("No region is reserved");
      }
      sealed = true;
      long bytes = roundUp(plannedBytes, PAGE_BYTES);
      long base = mapAligned(bytes);
      for (Region region : regions) {
        region.mapAt(base);
      }
      CallState state = CallState.ofThread();
      advise(state, base, bytes, Libc.MADV_NOHUGEPAGE());
      for (Region region : hugeRegions) {
        long whole = region.bytes() & -BASE_ALIGNMENT_BYTES;
        advise(state, region.address(), whole, MADV_HUGEPAGE);
      }
      return new FixedMemory(
          List.copyOf(regions), MemorySegment.ofAddress(base).reinterpret(bytes));
    }

    private void requireValid(String name, long bytes, long alignmentBytes) {
      if (name.isBlank()) {
        throw new IllegalArgumentException("A region needs a name");
      }
      for (Region region : regions) {
        if (region.name().equals(name)) {
          throw new IllegalArgumentException("Region '" + name + "' is reserved already");
        }
      }
      if (bytes < 1) {
        throw new IllegalArgumentException(
            "Region '" + name + "' needs at least 1 byte, not " + bytes);
      }
      if (Long.bitCount(alignmentBytes) != 1
          || alignmentBytes < 1
          || alignmentBytes > BASE_ALIGNMENT_BYTES) {
        throw new IllegalArgumentException(
            "Alignment of region '"
                + name
                + "' must be a power of two of at most "
                + BASE_ALIGNMENT_BYTES
                + ", not "
                + alignmentBytes);
      }
    }

    private static long mapAligned(long bytes) {
      CallState state = CallState.ofThread();
      long mappedBytes = bytes + BASE_ALIGNMENT_BYTES;
      long address =
          Linux.mmap(
              state,
              0,
              mappedBytes,
              Libc.PROT_READ() | Libc.PROT_WRITE(),
              Libc.MAP_PRIVATE() | Libc.MAP_ANONYMOUS(),
              -1,
              0);
      if (address < 0) {
        throw new LinuxException(
            "mmap",
            "bytes=" + mappedBytes + ", flags=MAP_PRIVATE|MAP_ANONYMOUS",
            Math.toIntExact(-address));
      }
      long base = roundUp(address, BASE_ALIGNMENT_BYTES);
      if (base > address) {
        unmap(address, base - address);
      }
      long end = address + mappedBytes;
      if (end > base + bytes) {
        unmap(base + bytes, end - (base + bytes));
      }
      return base;
    }

    /** Small pages are the rule: a huge one would count 2 MiB at the touch of one byte. */
    private static void advise(CallState state, long address, long bytes, int advice) {
      if (bytes == 0) {
        return;
      }
      int result = Linux.madvise(state, MemorySegment.ofAddress(address), bytes, advice);
      // EINVAL: a kernel without transparent huge pages.
      if (result < 0 && result != -Errno.EINVAL) {
        throw new LinuxException("madvise", "bytes=" + bytes + ", advice=" + advice, -result);
      }
    }

    private static long roundUp(long value, long powerOfTwo) {
      return Math.addExact(value, powerOfTwo - 1) & -powerOfTwo;
    }
  }
}
