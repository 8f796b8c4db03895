package io.sluice.server.store;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Images that have changed and have not been asked for yet, each once however often it has changed.
 * Any thread may call.
 */
final class PendingImages {
  private Set<Name> names = new LinkedHashSet<>();
  private boolean all;

  /** An image of a namespace. */
  record Name(String namespace, String name) {}

  /** An image has changed. */
  synchronized void add(String namespace, String name) {
    if (!all) {
      names.add(new Name(namespace, name));
      if (names.size() > StoreLimits.CHANGED_IMAGES_MAX) {
        addAll();
      }
    }
  }

  /** Any image may have changed. */
  synchronized void addAll() {
    all = true;
    names = new LinkedHashSet<>();
  }

  /** Whether all images are to be listed. */
  synchronized boolean isAll() {
    return all;
  }

  /** Whether images are to be asked for one by one. */
  synchronized boolean isSome() {
    return !names.isEmpty();
  }

  /** All images are about to be listed, and changes count anew. */
  synchronized void takeAll() {
    all = false;
    names = new LinkedHashSet<>();
  }

  /** Takes those that have changed, the first one first. */
  synchronized List<Name> take() {
    List<Name> result = new ArrayList<>(names);
    names = new LinkedHashSet<>();
    return result;
  }
}
