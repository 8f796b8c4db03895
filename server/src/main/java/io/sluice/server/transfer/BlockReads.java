package io.sluice.server.transfer;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.metrics.LoopMetrics;
import java.lang.foreign.MemorySegment;

/**
 * Reads pieces of blobs into transfer blocks. A read that comes back short goes on where it ended;
 * one whose transfer has ended meanwhile is an orphan, and its block is free when the kernel is
 * done.
 */
final class BlockReads {
  /** File positions, lengths and addresses of O_DIRECT reads are multiples of this. */
  static final int ALIGNMENT = 4096;

  /** The block has what was asked for. */
  static final int FILLED = 0;

  /** The read goes on; there will be another completion. */
  static final int GOES_ON = 1;

  /** The block belonged to nobody any more and has been released. */
  static final int ORPHANED = 2;

  /** The file ends before what was asked for. */
  static final int FILE_SHRANK = 3;

  /** The device or the file system reports an error. */
  static final int FAILED = 4;

  private static final int NOBODY = -1;
  private static final int FADV_DONTNEED = 4;

  private final Ring ring;
  private final TransferBlocks blocks;
  private final LoopMetrics metrics;
  private final int[] transfer;
  private final OpenBlob[] blob;
  private final long[] offset;
  private final int[] wanted;
  private final int[] filled;

  BlockReads(Ring ring, TransferBlocks blocks, LoopMetrics metrics) {
    this.ring = ring;
    this.blocks = blocks;
    this.metrics = metrics;
    int count = blocks.count();
    transfer = new int[count];
    blob = new OpenBlob[count];
    offset = new long[count];
    wanted = new int[count];
    filled = new int[count];
  }

  /**
   * Reads into a block of the loop, from the aligned position at or below {@code position}.
   *
   * @param end of what the transfer wants, exclusive
   * @param readBytes most to read, a multiple of {@link #ALIGNMENT}
   * @return the position after what this block will hold
   */
  long start(int block, int ofTransfer, OpenBlob from, long position, long end, int readBytes) {
    transfer[block] = ofTransfer;
    blob[block] = from;
    offset[block] = position & -ALIGNMENT;
    wanted[block] = (int) Math.min(end - offset[block], readBytes);
    filled[block] = 0;
    submit(block);
    return end(block);
  }

  /** Fills a block of the loop from memory. */
  void fill(int block, int ofTransfer, MemorySegment memory, long from, int length) {
    transfer[block] = ofTransfer;
    blob[block] = null;
    offset[block] = 0;
    wanted[block] = length;
    filled[block] = length;
    MemorySegment.copy(memory, from, blocks.memory(), blocks.offset(block), length);
  }

  /** Handles the completion of a read; returns what has become of the block. */
  int onRead(int block, int result) {
    blocks.takeBack(block, TransferBlocks.KERNEL_READ);
    if (transfer[block] == NOBODY) {
      blocks.release(block);
      return ORPHANED;
    }
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      submit(block);
      return GOES_ON;
    }
    if (result < 0) {
      return FAILED;
    }
    metrics.diskReadBytes(result);
    int before = filled[block];
    int reached = Math.min(resumeAt(block) + result, wanted[block]);
    filled[block] = reached;
    if (reached == wanted[block]) {
      dropFromPageCache(block);
      return FILLED;
    }
    if (reached > before) {
      submit(block);
      return GOES_ON;
    }
    return FILE_SHRANK;
  }

  /** Lets go of a block: free now, or when the kernel has stopped writing to it. */
  void drop(int block) {
    if (blocks.owner(block) == TransferBlocks.KERNEL_READ) {
      transfer[block] = NOBODY;
    } else {
      blocks.release(block);
    }
  }

  /** The transfer that a block belongs to. */
  int transferOf(int block) {
    return transfer[block];
  }

  /** Whether the block holds all it should, and is the loop's. */
  boolean isFilled(int block) {
    return blocks.owner(block) == TransferBlocks.LOOP && filled[block] == wanted[block];
  }

  /** Position of the block's first byte in the file. */
  long begin(int block) {
    return offset[block];
  }

  /** Position after the block's last byte. */
  long end(int block) {
    return offset[block] + wanted[block];
  }

  /** Where in the block a read goes on after a short one: with O_DIRECT where it is aligned. */
  private int resumeAt(int block) {
    return blob[block].direct ? filled[block] & -ALIGNMENT : filled[block];
  }

  private void submit(int block) {
    int done = resumeAt(block);
    int alignedEnd = (wanted[block] + ALIGNMENT - 1) & -ALIGNMENT;
    int length = alignedEnd - done;
    blocks.handOver(block, TransferBlocks.KERNEL_READ);
    ring.readFixed(
        blob[block].fd,
        blocks.address(block) + done,
        length,
        offset[block] + done,
        0,
        UserData.pack(Transfers.OP_READ, 0, block));
  }

  /** Where O_DIRECT is refused, what we read must not stay charged to us. */
  private void dropFromPageCache(int block) {
    OpenBlob from = blob[block];
    if (!from.direct) {
      int length = (wanted[block] + ALIGNMENT - 1) & -ALIGNMENT;
      long userData = UserData.pack(Transfers.OP_ADVISE, 0, block);
      ring.fadvise(from.fd, offset[block], length, FADV_DONTNEED, userData);
    }
  }
}
