package io.sluice.memory;

import io.sluice.linux.CallState;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import java.lang.foreign.MemorySegment;

/** A named part of a {@link FixedMemory}. Usable by any thread once the memory is mapped. */
public final class Region {
  private static final long PAGE_BYTES = 4096;
  private static final int MADV_DONTNEED = 4;

  private final String name;
  private final long bytes;
  private final long alignmentBytes;
  private final long offset;
  private MemorySegment segment;

  Region(String name, long bytes, long alignmentBytes, long offset) {
    this.name = name;
    this.bytes = bytes;
    this.alignmentBytes = alignmentBytes;
    this.offset = offset;
  }

  /** What it is for. */
  public String name() {
    return name;
  }

  /** Its size. */
  public long bytes() {
    return bytes;
  }

  /** What its address is a multiple of. */
  public long alignmentBytes() {
    return alignmentBytes;
  }

  /** Where it starts in the whole, in bytes. */
  long offset() {
    return offset;
  }

  /**
   * Its memory, of exactly {@link #bytes}. Always accessible as far as Java knows: touching it
   * after {@link FixedMemory#close} ends the process.
   *
   * @throws IllegalStateException before {@link FixedMemory.Plan#map}
   */
  public MemorySegment segment() {
    if (segment == null) {
      throw new IllegalStateException("Region '" + name + "' is planned but not mapped yet");
    }
    return segment;
  }

  /**
   * Its native address.
   *
   * @throws IllegalStateException before {@link FixedMemory.Plan#map}
   */
  public long address() {
    return segment().address();
  }

  /**
   * Gives its whole pages back to the kernel ({@code madvise(2)}, {@code MADV_DONTNEED}). They read
   * as zeros from now on and count again from their next touch. Neither a thread nor the kernel may
   * be using them.
   *
   * @throws LinuxException when the kernel refuses, as it does for locked memory
   */
  public void giveBack(CallState state) {
    long start = (address() + PAGE_BYTES - 1) & -PAGE_BYTES;
    long whole = ((address() + bytes) & -PAGE_BYTES) - start;
    if (whole <= 0) {
      return;
    }
    int result = Linux.madvise(state, MemorySegment.ofAddress(start), whole, MADV_DONTNEED);
    if (result < 0) {
      throw new LinuxException("madvise", "bytes=" + whole + ", MADV_DONTNEED", -result);
    }
  }

  void mapAt(long baseAddress) {
    segment = MemorySegment.ofAddress(baseAddress + offset).reinterpret(bytes);
  }
}
