package io.sluice.routing.kademlia;

import java.util.Arrays;

/** Numbers by index, in pages: growing copies nothing and leaves nothing behind. */
final class IntTable {
  private static final int PAGE_BITS = 10;
  private static final int PAGE = 1 << PAGE_BITS;

  private int[][] pages = new int[0][];

  /** Makes room for indices below {@code count}. */
  void reserve(int count) {
    int wanted = count + PAGE - 1 >>> PAGE_BITS;
    int before = pages.length;
    if (wanted > before) {
      pages = Arrays.copyOf(pages, wanted);
      for (int i = before; i < wanted; i++) {
        pages[i] = new int[PAGE];
      }
    }
  }

  int get(int index) {
    return pages[index >>> PAGE_BITS][index & PAGE - 1];
  }

  void set(int index, int value) {
    pages[index >>> PAGE_BITS][index & PAGE - 1] = value;
  }
}
