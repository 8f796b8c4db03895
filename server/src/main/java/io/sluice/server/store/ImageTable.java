package io.sluice.server.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The images that are served, by namespace and name. Where two namespaces have an image of the same
 * name, the one of the namespace that is named first counts. For one thread.
 */
final class ImageTable {
  private final List<String> namespaces;
  private final Map<String, Map<String, Image>> images = new HashMap<>();
  private final int capacity;
  private int count;
  private long refused;

  /** What a name leads to. The name's parts are not kept: they would weigh twice what it does. */
  static final class Image {
    private final String name;
    private int target;

    private Image(String name, int target) {
      this.name = name;
      this.target = target;
    }

    /** The name, where it is a tag. */
    Optional<Reference> tag() {
      return ImageName.parse(name).flatMap(ImageName::reference);
    }

    /** The node of its manifest or index. */
    int target() {
      return target;
    }
  }

  ImageTable(List<String> namespaces, int capacity) {
    this.namespaces = List.copyOf(namespaces);
    this.capacity = capacity;
    namespaces.forEach(namespace -> images.put(namespace, new HashMap<>()));
  }

  int count() {
    return count;
  }

  /** Images that were left out because there are too many. */
  long refused() {
    return refused;
  }

  boolean has(String namespace) {
    return images.containsKey(namespace);
  }

  /** Adds an image, or moves it to another target; whether that changes anything. */
  boolean put(String namespace, String name, int target) {
    Map<String, Image> named = images.get(namespace);
    Image known = named.get(name);
    if (known != null) {
      boolean moves = known.target != target;
      known.target = target;
      return moves;
    }
    if (count == capacity) {
      refused++;
      return false;
    }
    named.put(name, new Image(name, target));
    count++;
    return true;
  }

  /** Forgets an image; whether it was known. */
  boolean remove(String namespace, String name) {
    boolean known = images.get(namespace).remove(name) != null;
    count -= known ? 1 : 0;
    return known;
  }

  /** Forgets all images of a namespace but these; whether there were others. */
  boolean retain(String namespace, Set<String> names) {
    int before = images.get(namespace).size();
    boolean changed = images.get(namespace).keySet().retainAll(names);
    count -= before - images.get(namespace).size();
    return changed;
  }

  /** Shows all images; of two with the same name, the one that counts comes last. */
  void forEach(Consumer<Image> each) {
    List<String> leastFirst = new ArrayList<>(namespaces);
    Collections.reverse(leastFirst);
    leastFirst.forEach(namespace -> images.get(namespace).values().forEach(each));
  }

  /** Takes over that nodes have other numbers, see {@link ContentGraph#compact}. */
  void move(int[] moved) {
    forEach(image -> image.target = moved[image.target]);
  }
}
