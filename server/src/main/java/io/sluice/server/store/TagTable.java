package io.sluice.server.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;

/**
 * Immutable tags, each with the index of its manifest in the {@link DigestTable}. Sorted by
 * repository, registry and tag, for listings; and hashed by repository and tag, so that the same
 * name in several registries meets in one probe sequence. Look-ups compare all bytes and allocate
 * nothing.
 */
final class TagTable {
  private static final long SEED = new SplittableRandom().nextLong();

  /** Names of a tag in listing order. The registry is empty for a name without one. */
  record Key(String repository, String registry, String tag) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byRepository = repository.compareTo(other.repository);
      if (byRepository != 0) {
        return byRepository;
      }
      int byRegistry = registry.compareTo(other.registry);
      return byRegistry != 0 ? byRegistry : tag.compareTo(other.tag);
    }

    /** Bytes of the names; all of them are ASCII. */
    int nameBytes() {
      return repository.length() + registry.length() + tag.length();
    }
  }

  /** Repository, registry and tag of each key, one after the other. */
  private final byte[] names;

  private final int[] repositoryStarts;
  private final int[] registryStarts;
  private final int[] tagStarts;
  private final int[] entries;

  /** Key index + 1; 0 is free. At most half full, so that every probe ends. */
  private final int[] slots;

  private final int count;

  TagTable(NavigableMap<Key, Integer> tags) {
    count = tags.size();
    repositoryStarts = new int[count + 1];
    registryStarts = new int[count];
    tagStarts = new int[count];
    entries = new int[count];
    slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, count)) << 2)];
    int nameBytes = 0;
    for (Key key : tags.keySet()) {
      nameBytes += key.nameBytes();
    }
    names = new byte[nameBytes];
    int index = 0;
    int at = 0;
    for (Map.Entry<Key, Integer> tag : tags.entrySet()) {
      repositoryStarts[index] = at;
      at = append(tag.getKey().repository(), at);
      registryStarts[index] = at;
      at = append(tag.getKey().registry(), at);
      tagStarts[index] = at;
      at = append(tag.getKey().tag(), at);
      entries[index] = tag.getValue();
      repositoryStarts[++index] = at;
    }
    for (int i = 0; i < count; i++) {
      insert(i);
    }
  }

  int count() {
    return count;
  }

  int entry(int index) {
    return entries[index];
  }

  String repository(int index) {
    return text(repositoryStarts[index], registryStarts[index]);
  }

  String registry(int index) {
    return text(registryStarts[index], tagStarts[index]);
  }

  String tag(int index) {
    return text(tagStarts[index], repositoryStarts[index + 1]);
  }

  Key key(int index) {
    return new Key(repository(index), registry(index), tag(index));
  }

  /** Whether there is a tag of exactly these names. */
  boolean contains(Key key) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = key(middle).compareTo(key);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  /** See {@link Catalog#findTag}. */
  int find(
      MemorySegment m,
      long nsOffset,
      int nsLength,
      long nameOffset,
      int nameLength,
      long tagOffset,
      int tagLength) {
    long h = hash(m, nameOffset, nameLength, SEED);
    h = step(h, (byte) ':');
    h = hash(m, tagOffset, tagLength, h);
    int mask = slots.length - 1;
    int slot = mix(h) & mask;
    int found = Catalog.NOT_FOUND;
    while (slots[slot] != 0) {
      int i = slots[slot] - 1;
      if (equal(repositoryStarts[i], registryStarts[i], m, nameOffset, nameLength)
          && equal(tagStarts[i], repositoryStarts[i + 1], m, tagOffset, tagLength)) {
        if (nsLength == 0) {
          if (found != Catalog.NOT_FOUND) {
            return Catalog.AMBIGUOUS;
          }
          found = entries[i];
        } else if (equal(registryStarts[i], tagStarts[i], m, nsOffset, nsLength)) {
          return entries[i];
        }
      }
      slot = (slot + 1) & mask;
    }
    return found;
  }

  /**
   * Index of the first tag of the repository in the registry, or with {@code nsLength} 0 in any
   * registry; {@link Catalog#NOT_FOUND} when there is none.
   */
  int first(MemorySegment m, long nsOffset, int nsLength, long nameOffset, int nameLength) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(middle, m, nsOffset, nsLength, nameOffset, nameLength) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < count && compare(low, m, nsOffset, nsLength, nameOffset, nameLength) == 0
        ? low
        : Catalog.NOT_FOUND;
  }

  private int compare(
      int i, MemorySegment m, long nsOffset, int nsLength, long nameOffset, int nameLength) {
    int byName = compare(repositoryStarts[i], registryStarts[i], m, nameOffset, nameLength);
    return byName != 0 || nsLength == 0
        ? byName
        : compare(registryStarts[i], tagStarts[i], m, nsOffset, nsLength);
  }

  private int compare(int start, int end, MemorySegment m, long offset, int length) {
    int common = Math.min(end - start, length);
    for (int i = 0; i < common; i++) {
      int difference = Byte.compareUnsigned(names[start + i], m.get(JAVA_BYTE, offset + i));
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(end - start, length);
  }

  private boolean equal(int start, int end, MemorySegment m, long offset, int length) {
    if (end - start != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (names[start + i] != m.get(JAVA_BYTE, offset + i)) {
        return false;
      }
    }
    return true;
  }

  private int append(String text, int at) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, names, at, bytes.length);
    return at + bytes.length;
  }

  private String text(int start, int end) {
    return new String(names, start, end - start, StandardCharsets.US_ASCII);
  }

  private void insert(int index) {
    long h = hash(names, repositoryStarts[index], registryStarts[index], SEED);
    h = step(h, (byte) ':');
    h = hash(names, tagStarts[index], repositoryStarts[index + 1], h);
    int mask = slots.length - 1;
    int slot = mix(h) & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = index + 1;
  }

  private static long hash(MemorySegment m, long offset, int length, long seed) {
    long h = seed;
    for (int i = 0; i < length; i++) {
      h = step(h, m.get(JAVA_BYTE, offset + i));
    }
    return h;
  }

  private static long hash(byte[] bytes, int start, int end, long seed) {
    long h = seed;
    for (int i = start; i < end; i++) {
      h = step(h, bytes[i]);
    }
    return h;
  }

  private static long step(long h, byte b) {
    return (h ^ (b & 0xff)) * 0x100000001b3L;
  }

  private static int mix(long h) {
    long mixed = (h ^ (h >>> 32)) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 32);
  }
}
