package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.STATX_BASIC_STATS;
import static io.sluice.ring.simulation.KernelConstants.STATX_BYTES;
import static io.sluice.ring.simulation.KernelConstants.STATX_DIOALIGN;
import static io.sluice.ring.simulation.KernelConstants.S_IFDIR;
import static io.sluice.ring.simulation.KernelConstants.S_IFREG;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** {@code struct statx} of {@code linux/stat.h}, 256 bytes. */
final class StatxRecord {
  private static final int MASK = 0x00;
  private static final int BLOCK_SIZE = 0x04;
  private static final int LINK_COUNT = 0x10;
  private static final int MODE = 0x1c;
  private static final int INODE = 0x20;
  private static final int SIZE = 0x28;
  private static final int BLOCKS = 0x30;
  private static final int DIRECT_MEMORY_ALIGNMENT = 0x98;
  private static final int DIRECT_OFFSET_ALIGNMENT = 0x9c;

  private static final long DIRECTORY_INODE = 2;
  private static final long SECTOR_BYTES = 512;

  private final SimulatedFileSystem fileSystem;

  StatxRecord(SimulatedFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** Fills the operation's record with {@code file}, or with a directory when that is null. */
  int fill(PendingOperation operation, SimulatedFile file) {
    return fill(operation.statxAddress, operation.mask, file);
  }

  /** Fills the record at an address. */
  int fill(long address, int wanted, SimulatedFile file) {
    MemorySegment record = MemorySegment.ofAddress(address).reinterpret(STATX_BYTES);
    record.fill((byte) 0);
    int mask = STATX_BASIC_STATS | (wanted & STATX_DIOALIGN);
    record.set(JAVA_INT_UNALIGNED, MASK, mask);
    record.set(JAVA_INT_UNALIGNED, BLOCK_SIZE, 4096);
    if (file == null) {
      record.set(JAVA_INT_UNALIGNED, LINK_COUNT, 2);
      record.set(JAVA_SHORT_UNALIGNED, MODE, (short) (S_IFDIR | 0755));
      record.set(JAVA_LONG_UNALIGNED, INODE, DIRECTORY_INODE);
      return 0;
    }
    long sizeBytes = file.sizeBytes();
    record.set(JAVA_INT_UNALIGNED, LINK_COUNT, file.nlink());
    record.set(JAVA_SHORT_UNALIGNED, MODE, (short) (S_IFREG | 0644));
    record.set(JAVA_LONG_UNALIGNED, INODE, fileSystem.inode(file));
    record.set(JAVA_LONG_UNALIGNED, SIZE, sizeBytes);
    record.set(JAVA_LONG_UNALIGNED, BLOCKS, Math.ceilDiv(sizeBytes, SECTOR_BYTES));
    if ((mask & STATX_DIOALIGN) != 0) {
      record.set(JAVA_INT_UNALIGNED, DIRECT_MEMORY_ALIGNMENT, fileSystem.directAlignment());
      record.set(JAVA_INT_UNALIGNED, DIRECT_OFFSET_ALIGNMENT, fileSystem.directAlignment());
    }
    return 0;
  }
}
