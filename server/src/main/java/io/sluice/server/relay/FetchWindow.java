package io.sluice.server.relay;

import io.sluice.server.transfer.TransferBlocks;

/**
 * The bytes that one fetch has received and that some client has not got yet: a few blocks in
 * order, without gaps.
 */
final class FetchWindow {
  /** Most blocks of one fetch: one is received into while others are sent. */
  static final int BLOCKS_MAX = 4;

  static final int NONE = -1;

  private final TransferBlocks blocks;
  private final int[] block = new int[BLOCKS_MAX];
  private final long[] begin = new long[BLOCKS_MAX];
  private final long[] end = new long[BLOCKS_MAX];
  private int count;

  FetchWindow(TransferBlocks blocks) {
    this.blocks = blocks;
  }

  int count() {
    return count;
  }

  /** Adds a block of the loop's with the bytes from {@code from} to {@code to}, exclusive. */
  void add(int added, long from, long to) {
    block[count] = added;
    begin[count] = from;
    end[count] = to;
    count++;
  }

  /** The place of the block with the byte at {@code position}; {@link #NONE} without one. */
  int find(long position) {
    for (int i = 0; i < count; i++) {
      if (begin[i] <= position && position < end[i]) {
        return i;
      }
    }
    return NONE;
  }

  int block(int place) {
    return block[place];
  }

  long begin(int place) {
    return begin[place];
  }

  long end(int place) {
    return end[place];
  }

  /** Gives blocks up whose bytes all lie before {@code position}. */
  void trim(long position) {
    int gone = 0;
    while (gone < count && end[gone] <= position) {
      blocks.discard(block[gone]);
      gone++;
    }
    if (gone > 0) {
      count -= gone;
      for (int i = 0; i < count; i++) {
        block[i] = block[i + gone];
        begin[i] = begin[i + gone];
        end[i] = end[i + gone];
      }
    }
  }

  /** Gives all blocks up; those that are being sent follow when that has ended. */
  void clear() {
    for (int i = 0; i < count; i++) {
      blocks.discard(block[i]);
    }
    count = 0;
  }
}
