package io.sluice.server.transfer;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.ReadMode;
import io.sluice.server.metrics.ByteSource;
import io.sluice.server.metrics.LoopMetrics;
import java.lang.foreign.MemorySegment;

/**
 * Reads pieces of blobs into transfer blocks. A read that comes back short goes on where it ended;
 * one that nobody wants any more frees its block when the kernel is done. As long as a read is in
 * flight it holds a use of its blob.
 */
final class BlockReads {
  /** File positions, lengths and addresses of O_DIRECT reads are multiples of this. */
  static final int ALIGNMENT = 4096;

  /** The block has what was asked for. */
  static final int FILLED = 0;

  /** The read goes on; there will be another completion. */
  static final int GOES_ON = 1;

  /** Nobody wanted the block any more; it is free. */
  static final int UNWANTED = 2;

  /** The file ends before what was asked for. */
  static final int FILE_SHRANK = 3;

  /** The device or the file system reports an error. */
  static final int FAILED = 4;

  private static final int FADV_DONTNEED = 4;
  private static final int RWF_DONTCACHE = 0x80;

  private final Ring ring;
  private final TransferBlocks blocks;
  private final OpenBlobs blobs;
  private final LoopMetrics metrics;
  private final boolean keepsPages;
  private final int[] convoy;
  private final OpenBlob[] blob;
  private final long[] offset;
  private final int[] wanted;
  private final int[] filled;
  private final long[] startedNs;
  private final boolean[] used;

  /** Whether the read was asked not to leave its pages behind. */
  private final boolean[] flagged;

  /** Blocks that the kernel reads into. */
  private int readingCount;

  /** Whether kernel and file system know {@code RWF_DONTCACHE}, as far as we know. */
  private boolean dontCache;

  BlockReads(
      Ring ring,
      TransferBlocks blocks,
      OpenBlobs blobs,
      LoopMetrics metrics,
      ReadMode mode,
      boolean dontCache) {
    this.ring = ring;
    this.blocks = blocks;
    this.blobs = blobs;
    this.metrics = metrics;
    this.keepsPages = mode.keepsPages();
    this.dontCache = dontCache && !keepsPages;
    int count = blocks.count();
    convoy = new int[count];
    blob = new OpenBlob[count];
    offset = new long[count];
    wanted = new int[count];
    filled = new int[count];
    startedNs = new long[count];
    used = new boolean[count];
    flagged = new boolean[count];
  }

  /**
   * Reads into a block of the loop, from the aligned position at or below {@code position}.
   *
   * @param forConvoy who will hear of it
   * @param end of what is wanted, exclusive; less than a block after {@code position}, aligned
   */
  void start(int block, int forConvoy, OpenBlob from, long position, long end, long nowNs) {
    convoy[block] = forConvoy;
    blob[block] = from;
    blobs.use(from);
    offset[block] = position & -ALIGNMENT;
    wanted[block] = (int) (end - offset[block]);
    filled[block] = 0;
    startedNs[block] = nowNs;
    used[block] = false;
    readingCount++;
    submit(block);
  }

  /** Fills a block of the loop from memory. */
  void fill(int block, MemorySegment memory, long from, int length) {
    blob[block] = null;
    offset[block] = 0;
    wanted[block] = length;
    filled[block] = length;
    used[block] = true;
    MemorySegment.copy(memory, from, blocks.memory(), blocks.offset(block), length);
  }

  /** Handles the completion of a read; returns what has become of the block. */
  int onRead(int block, int result, long nowNs) {
    if (blocks.takeBack(block, TransferBlocks.KERNEL_READ)) {
      finish(block, nowNs);
      return UNWANTED;
    }
    if (result == -Errno.EAGAIN || result == -Errno.EINTR || refusesDontCache(block, result)) {
      submit(block);
      return GOES_ON;
    }
    if (result < 0) {
      blobs.onUnreadable(blob[block], -result);
      finish(block, nowNs);
      return FAILED;
    }
    metrics.diskReadBytes(result);
    int before = filled[block];
    int reached = Math.min(resumeAt(block) + result, wanted[block]);
    filled[block] = reached;
    if (reached < wanted[block] && reached > before) {
      submit(block);
      return GOES_ON;
    }
    boolean whole = reached == wanted[block];
    if (!whole) {
      blobs.onUnreadable(blob[block], 0);
    }
    finish(block, nowNs);
    return whole ? FILLED : FILE_SHRANK;
  }

  /** Blocks that the kernel reads into. */
  int readingCount() {
    return readingCount;
  }

  /** Where the bytes of a block come from, for who begins to send it: the disk only once. */
  int source(int block) {
    boolean again = used[block];
    used[block] = true;
    return again ? ByteSource.MEMORY : ByteSource.DISK;
  }

  /** The convoy that a block is read for. */
  int convoyOf(int block) {
    return convoy[block];
  }

  /** Says that a block belongs to another convoy from now on. */
  void reassign(int block, int toConvoy) {
    convoy[block] = toConvoy;
  }

  /** Whether the block holds all it should. */
  boolean isFilled(int block) {
    return filled[block] == wanted[block];
  }

  /** How long the read of a filled block has taken until {@code nowNs}. */
  long durationNs(int block, long nowNs) {
    return nowNs - startedNs[block];
  }

  /** Position of the block's first byte in the file. */
  long begin(int block) {
    return offset[block];
  }

  /** Position after the block's last byte. */
  long end(int block) {
    return offset[block] + wanted[block];
  }

  private boolean refusesDontCache(int block, int result) {
    boolean refused = result == -Errno.EOPNOTSUPP && flagged[block];
    dontCache &= !refused;
    return refused;
  }

  /** Where in the block a read goes on after a short one: with O_DIRECT where it is aligned. */
  private int resumeAt(int block) {
    return blob[block].direct ? filled[block] & -ALIGNMENT : filled[block];
  }

  private void submit(int block) {
    OpenBlob from = blob[block];
    int done = resumeAt(block);
    int alignedEnd = (wanted[block] + ALIGNMENT - 1) & -ALIGNMENT;
    int length = alignedEnd - done;
    flagged[block] = dontCache && !from.direct;
    blocks.handOver(block, TransferBlocks.KERNEL_READ);
    ring.read(
        from.direct ? from.directFd : from.fd,
        blocks.address(block) + done,
        length,
        offset[block] + done,
        flagged[block] ? RWF_DONTCACHE : 0,
        UserData.pack(Transfers.OP_READ, 0, block));
  }

  private void finish(int block, long nowNs) {
    readingCount--;
    OpenBlob from = blob[block];
    if (!from.direct && !flagged[block] && !keepsPages) {
      // What we read must not stay charged to us.
      int length = (wanted[block] + ALIGNMENT - 1) & -ALIGNMENT;
      long userData = UserData.pack(Transfers.OP_ADVISE, 0, block);
      ring.fadvise(from.fd, offset[block], length, FADV_DONTNEED, userData);
    }
    blobs.release(from, nowNs);
  }
}
