package io.sluice.server.transfer;

import java.lang.foreign.MemorySegment;

/**
 * The transfer blocks of one loop: equal pieces of fixed memory through which blob bytes pass.
 *
 * <p>Each block has exactly one owner: nobody ({@link #FREE}), the loop ({@link #LOOP}), or the
 * kernel, which fills ({@link #KERNEL_READ}) or drains ({@link #KERNEL_SEND}) it, the latter for
 * several sockets at once. Ownership changes hands only in {@link #handOver} and {@link #takeBack};
 * anything out of order is a bug and throws.
 *
 * <p>Who wants a block no more discards it at any time: it is free at once, or as soon as the
 * kernel lets go of it.
 */
public final class TransferBlocks {
  /** In the free list. */
  public static final byte FREE = 0;

  /** The loop may look at it and change it. */
  public static final byte LOOP = 1;

  /** The kernel writes into it. */
  public static final byte KERNEL_READ = 2;

  /** The kernel reads from it. */
  public static final byte KERNEL_SEND = 3;

  private final MemorySegment memory;
  private final int blockBytes;
  private final byte[] owner;

  /** Sends of the block that the kernel has not finished. */
  private final int[] sends;

  /** Nobody wants what the block holds; it is free when the kernel has done with it. */
  private final boolean[] discarded;

  private final int[] freeStack;
  private int freeCount;

  /**
   * Divides memory into blocks.
   *
   * @param memory the blocks' memory, aligned for O_DIRECT
   * @param blockBytes size of each block, a multiple of the O_DIRECT alignment
   * @param count number of blocks
   */
  public TransferBlocks(MemorySegment memory, int blockBytes, int count) {
    this.memory = memory;
    this.blockBytes = blockBytes;
    this.owner = new byte[count];
    this.sends = new int[count];
    this.discarded = new boolean[count];
    this.freeStack = new int[count];
    for (int block = count - 1; block >= 0; block--) {
      freeStack[freeCount++] = block;
    }
  }

  /** Takes a free block for the loop; -1 when none is free. */
  public int acquire() {
    if (freeCount == 0) {
      return -1;
    }
    int block = freeStack[--freeCount];
    owner[block] = LOOP;
    return block;
  }

  /** Gives a block of the loop back to the free list. */
  public void release(int block) {
    expect(block, LOOP);
    owner[block] = FREE;
    freeStack[freeCount++] = block;
  }

  /** Passes a block to the kernel: from the loop, or for one more send. */
  public void handOver(int block, byte kernelUse) {
    if (kernelUse == KERNEL_SEND) {
      sends[block]++;
    }
    if (kernelUse != KERNEL_SEND || owner[block] != KERNEL_SEND) {
      expect(block, LOOP);
      owner[block] = kernelUse;
    }
  }

  /**
   * Takes a block back from the kernel when an operation has completed; it is the loop's when that
   * was the last one.
   *
   * @return whether the block is free now, having been discarded meanwhile
   */
  public boolean takeBack(int block, byte kernelUse) {
    expect(block, kernelUse);
    if (kernelUse == KERNEL_SEND && --sends[block] > 0) {
      return false;
    }
    owner[block] = LOOP;
    return discarded[block] && discard(block);
  }

  /**
   * Gives a block up, whoever owns it.
   *
   * @return whether it is free now; else when the kernel has done with it
   */
  public boolean discard(int block) {
    discarded[block] = owner[block] != LOOP;
    if (!discarded[block]) {
      release(block);
    }
    return !discarded[block];
  }

  /** Who owns the block. */
  public byte owner(int block) {
    return owner[block];
  }

  /** Native address of the block. */
  public long address(int block) {
    return memory.address() + offset(block);
  }

  /** Offset of the block in {@link #memory}. */
  public long offset(int block) {
    return (long) block * blockBytes;
  }

  /** All blocks. */
  public MemorySegment memory() {
    return memory;
  }

  /** Size of each block in bytes. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Number of blocks. */
  public int count() {
    return owner.length;
  }

  /** Number of free blocks. */
  public int freeCount() {
    return freeCount;
  }

  private void expect(int block, byte expected) {
    if (owner[block] != expected) {
      throw new IllegalStateException(
          "transfer block " + block + " is owned by " + owner[block] + ", not by " + expected);
    }
  }
}
