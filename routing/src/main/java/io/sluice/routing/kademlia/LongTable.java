package io.sluice.routing.kademlia;

import java.util.Arrays;

/** Long numbers by index, in pages: growing copies nothing and leaves nothing behind. */
final class LongTable {
  private static final int PAGE_BITS = 9;
  private static final int PAGE = 1 << PAGE_BITS;

  private long[][] pages = new long[0][];

  /** Makes room for indices below {@code count}. */
  void reserve(int count) {
    int wanted = count + PAGE - 1 >>> PAGE_BITS;
    int before = pages.length;
    if (wanted > before) {
      pages = Arrays.copyOf(pages, wanted);
      for (int i = before; i < wanted; i++) {
        pages[i] = new long[PAGE];
      }
    }
  }

  long get(int index) {
    return pages[index >>> PAGE_BITS][index & PAGE - 1];
  }

  void set(int index, long value) {
    pages[index >>> PAGE_BITS][index & PAGE - 1] = value;
  }
}
