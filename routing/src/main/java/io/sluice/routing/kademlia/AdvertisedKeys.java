package io.sluice.routing.kademlia;

import java.util.Arrays;

/**
 * The keys this node advertises, packed: some 50 to 60 bytes each. A key has a number while it is
 * advertised.
 */
final class AdvertisedKeys {
  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 64;
  private static final byte FREE = 0;
  private static final byte NEW = 1;
  private static final byte ANNOUNCED = 2;

  private final int keysMax;
  private final PositionIndex index;
  private byte[] digests = new byte[FIRST_CAPACITY * Sha256.BYTES];
  private byte[] states = new byte[FIRST_CAPACITY];
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
    return states.length;
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
    if (number >= states.length) {
      int capacity = index.capacity();
      digests = Arrays.copyOf(digests, capacity * Sha256.BYTES);
      states = Arrays.copyOf(states, capacity);
    }
    System.arraycopy(key.wire(), 2, digests, number * Sha256.BYTES, Sha256.BYTES);
    states[number] = NEW;
    newKeys++;
    return true;
  }

  void remove(ContentKey key) {
    int number = index.find(key.position());
    if (number != NONE) {
      announced(number);
      states[number] = FREE;
      index.remove(number);
    }
  }

  boolean isAdvertised(int number) {
    return states[number] != FREE;
  }

  boolean isNew(int number) {
    return states[number] == NEW;
  }

  /** The key is not new any more. */
  void announced(int number) {
    if (states[number] == NEW) {
      newKeys--;
      states[number] = ANNOUNCED;
    }
  }

  /** The key counts as new again; nothing happens if it is not advertised any more. */
  void renew(int number) {
    if (states[number] == ANNOUNCED) {
      newKeys++;
      states[number] = NEW;
    }
  }

  /** The first bits of the position of an advertised key. */
  long prefix(int number) {
    return index.prefix(number);
  }

  ContentKey key(int number) {
    return ContentKey.ofDigest(digests, number * Sha256.BYTES);
  }
}
