package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multihash;
import java.util.Arrays;

/**
 * The keys this node advertises, packed: some 50 to 60 bytes each. A key has a number while it is
 * advertised.
 */
final class AdvertisedKeys {
  private static final int NONE = -1;
  private static final int ROW_BYTES = 1 + Multihash.SHA2_256_BYTES;
  private static final int PAGE_BITS = 9;
  private static final int PAGE_ROWS = 1 << PAGE_BITS;
  private static final byte FREE = 0;
  private static final byte NEW = 1;
  private static final byte ANNOUNCED = 2;

  private final int keysMax;
  private final PositionIndex index;

  /** Rows of a state and a digest, in pages: growing copies nothing. */
  private byte[][] pages = new byte[0][];

  private int newKeys;

  AdvertisedKeys(int keysMax, long secret) {
    this.keysMax = keysMax;
    this.index = new PositionIndex(secret);
  }

  int size() {
    return index.size();
  }

  /** Keys that have never been announced. */
  int newKeys() {
    return newKeys;
  }

  /** All numbers are below this. */
  int numbers() {
    return index.numbers();
  }

  boolean contains(Position position) {
    return index.find(position) != NONE;
  }

  /** False when there are too many. */
  boolean add(ContentKey key) {
    Position position = key.position();
    if (index.find(position) != NONE) {
      return true;
    }
    if (index.size() >= keysMax) {
      return false;
    }
    int number = index.add(position);
    if (number >>> PAGE_BITS == pages.length) {
      pages = Arrays.copyOf(pages, pages.length + 1);
      pages[pages.length - 1] = new byte[PAGE_ROWS * ROW_BYTES];
    }
    System.arraycopy(key.wire(), 2, page(number), row(number) + 1, Multihash.SHA2_256_BYTES);
    state(number, NEW);
    newKeys++;
    return true;
  }

  void remove(ContentKey key) {
    int number = index.find(key.position());
    if (number != NONE) {
      announced(number);
      state(number, FREE);
      index.remove(number);
    }
  }

  boolean isAdvertised(int number) {
    return state(number) != FREE;
  }

  boolean isNew(int number) {
    return state(number) == NEW;
  }

  /** The key is not new any more. */
  void announced(int number) {
    if (state(number) == NEW) {
      newKeys--;
      state(number, ANNOUNCED);
    }
  }

  /** The key counts as new again; nothing happens if it is not advertised any more. */
  void renew(int number) {
    if (state(number) == ANNOUNCED) {
      newKeys++;
      state(number, NEW);
    }
  }

  /** The first bits of the position of an advertised key. */
  long prefix(int number) {
    return index.prefix(number);
  }

  ContentKey key(int number) {
    return ContentKey.ofDigest(page(number), row(number) + 1);
  }

  private byte[] page(int number) {
    return pages[number >>> PAGE_BITS];
  }

  private static int row(int number) {
    return (number & PAGE_ROWS - 1) * ROW_BYTES;
  }

  private byte state(int number) {
    return page(number)[row(number)];
  }

  private void state(int number, byte state) {
    page(number)[row(number)] = state;
  }
}
