package io.sluice.memory;

import java.lang.foreign.MemorySegment;

/** A named part of a {@link FixedMemory}. Usable by any thread once the memory is mapped. */
public final class Region {
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

  void mapAt(long baseAddress) {
    segment = MemorySegment.ofAddress(baseAddress + offset).reinterpret(bytes);
  }
}
