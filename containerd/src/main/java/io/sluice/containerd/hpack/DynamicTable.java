package io.sluice.containerd.hpack;

import java.util.ArrayDeque;
import java.util.Iterator;

/** The fields that the peer has told us to remember, the newest first, RFC 7541 section 4. */
final class DynamicTable {
  private final ArrayDeque<Header> fields = new ArrayDeque<>();
  private int sizeMax;
  private int size;

  DynamicTable(int sizeMax) {
    this.sizeMax = sizeMax;
  }

  /** Evicts the oldest fields until the rest fits. */
  void resize(int sizeMax) {
    this.sizeMax = sizeMax;
    makeRoom(0);
  }

  /** Adds a field; one that is larger than the table empties it, and is not an error. */
  void add(Header field) {
    makeRoom(field.size());
    if (field.size() <= sizeMax) {
      fields.addFirst(field);
      size += field.size();
    }
  }

  private void makeRoom(int bytes) {
    while (size + bytes > sizeMax && !fields.isEmpty()) {
      size -= fields.removeLast().size();
    }
  }

  int length() {
    return fields.size();
  }

  int size() {
    return size;
  }

  /** The field of an index from 0, the newest, to {@link #length}, exclusive. */
  Header get(int index) {
    Iterator<Header> newestFirst = fields.iterator();
    for (int i = 0; i < index; i++) {
      newestFirst.next();
    }
    return newestFirst.next();
  }
}
