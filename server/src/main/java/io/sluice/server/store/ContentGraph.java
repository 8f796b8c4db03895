package io.sluice.server.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What is known of a runtime's content, in tables of numbers: which blobs are here, of which type
 * they are said to be, and which manifest refers to which. A blob is a <em>node</em>, a number
 * below {@link #count}. For one thread.
 */
final class ContentGraph {
  /** Its file is here. */
  static final int PRESENT = 1;

  /** An image or manifest has said its type. */
  static final int TYPED = 2;

  /** A manifest whose children are known. */
  static final int READ = 4;

  /** A manifest that is malformed or too large, and need not be tried again. */
  static final int UNREADABLE = 8;

  /** The walk under way has come here. */
  static final int REACHED = 16;

  /** Some image has referred to it; when none does any more, it is only waiting to be deleted. */
  static final int USED = 32;

  /** No image refers to it yet, but it belongs to one that is being pulled. */
  static final int ARRIVED = 64;

  /** That no image refers to it was told. */
  static final int OFFERED = 128;

  private static final int NODES_MIN = 64;

  /** One place in so many is kept free for blobs that come after a list. */
  private static final int SPARE = 16;

  private static final int[] NONE = {};

  private final StoreLimits limits;
  private final Map<Integer, OciManifest> subjects = new HashMap<>();
  private DigestTable digests = new DigestTable();
  private byte[] flags = new byte[NODES_MIN];
  private int[][] children = new int[NODES_MIN][];
  private int presentCount;
  private long edges;
  private long refused;

  ContentGraph(StoreLimits limits) {
    this.limits = limits;
  }

  int count() {
    return digests.count();
  }

  /** Blobs that are here. */
  int presentCount() {
    return presentCount;
  }

  DigestTable digests() {
    return digests;
  }

  /** Blobs and references that were left out because of a limit. */
  long refused() {
    return refused;
  }

  boolean is(int node, int flag) {
    return (flags[node] & flag) != 0;
  }

  void set(int node, int flag) {
    flags[node] |= (byte) flag;
  }

  void clear(int node, int flag) {
    flags[node] &= (byte) ~flag;
  }

  private void come(int node) {
    presentCount += is(node, PRESENT) ? 0 : 1;
    set(node, PRESENT);
  }

  /** A blob's file is gone; whether that changes anything. */
  boolean went(int node) {
    boolean before = is(node, PRESENT);
    presentCount -= before ? 1 : 0;
    clear(node, PRESENT | ARRIVED | USED | OFFERED);
    return before;
  }

  boolean isManifest(int node) {
    return MediaType.isManifest(digests.mediaType(node));
  }

  int find(Digest digest) {
    return digests.find(digest);
  }

  /** The node of a digest, which is made where there is none; {@link Catalog#NOT_FOUND} if full. */
  int node(Digest digest) {
    int known = digests.find(digest);
    if (known != Catalog.NOT_FOUND) {
      return known;
    }
    if (!claim()) {
      return Catalog.NOT_FOUND;
    }
    return digests.add(digest, 0, MediaType.OCTET_STREAM);
  }

  private boolean claim() {
    if (count() == limits.digests()) {
      refused++;
      return false;
    }
    if (count() == flags.length) {
      int capacity = DigestTable.grown(flags.length);
      flags = Arrays.copyOf(flags, capacity);
      children = Arrays.copyOf(children, capacity);
    }
    return true;
  }

  /** A blob's file is here, and may be another one than before; whether that changes anything. */
  boolean came(Digest digest) {
    int node = node(digest);
    if (node == Catalog.NOT_FOUND || is(node, PRESENT) && !is(node, READ | UNREADABLE)) {
      return false;
    }
    come(node);
    forgetChildren(node);
    return true;
  }

  /** A blob's file is gone; whether that changes anything. */
  boolean went(Digest digest) {
    int node = digests.find(digest);
    return node != Catalog.NOT_FOUND && went(node);
  }

  /** These blobs are here and no others; whether that changes anything. */
  boolean onlyThese(Catalog listed) {
    boolean changed = false;
    int expected = listed.digestCount() + listed.digestCount() / SPARE;
    digests.reserve(Math.min(expected, limits.digests()));
    for (int node = 0; node < count(); node++) {
      if (digests.findIn(listed.digests(), node) == Catalog.NOT_FOUND) {
        changed |= went(node);
      }
      // What could not be read may have been replaced, or be readable by now.
      changed |= is(node, UNREADABLE);
      clear(node, UNREADABLE);
    }
    for (int entry = 0; entry < listed.digestCount(); entry++) {
      int node = listed.digests().findIn(digests, entry);
      if (node == Catalog.NOT_FOUND) {
        node = claim() ? digests.addFrom(listed.digests(), entry) : Catalog.NOT_FOUND;
      }
      if (node != Catalog.NOT_FOUND && !is(node, PRESENT)) {
        come(node);
        changed = true;
      }
    }
    return changed;
  }

  /**
   * An image or manifest says of which type a blob is. The first to say so is believed, but that a
   * blob is a manifest is believed of anybody: it is found out when it is read.
   */
  void type(int node, String mediaTypeOrNull) {
    if (!MediaType.isPlausible(mediaTypeOrNull)) {
      return;
    }
    if (!is(node, TYPED) || !isManifest(node) && MediaType.isManifest(mediaTypeOrNull)) {
      digests.describe(node, digests.sizeBytes(node), mediaTypeOrNull);
      set(node, TYPED);
      clear(node, UNREADABLE);
    }
  }

  /** What was found out about a blob by looking at it. */
  void describe(int node, Descriptor found) {
    String mediaType = is(node, TYPED) ? digests.mediaTypeName(node) : found.mediaType();
    digests.describe(node, found.sizeBytes(), mediaType);
  }

  int[] children(int node) {
    return children[node] == null ? NONE : children[node];
  }

  /** The manifest as it was read, where it names a subject; null otherwise. */
  OciManifest subjectManifestOrNull(int node) {
    return subjects.get(node);
  }

  /** Takes over what a manifest refers to. */
  void read(int node, OciManifest manifest) {
    forgetChildren(node);
    set(node, READ);
    if (manifest.subjectOrNull() != null && subjects.size() < limits.referrers()) {
      subjects.put(node, manifest.withoutChildren());
    }
    int[] found = new int[manifest.children().size()];
    int length = 0;
    for (OciDescriptor child : manifest.children()) {
      if (edges == StoreLimits.EDGES_MAX) {
        refused++;
        continue;
      }
      int to = node(child.digest());
      if (to != Catalog.NOT_FOUND) {
        type(to, child.mediaTypeOrNull());
        found[length++] = to;
        edges++;
      }
    }
    children[node] = Arrays.copyOf(found, length);
  }

  private void forgetChildren(int node) {
    edges -= children(node).length;
    children[node] = null;
    subjects.remove(node);
    clear(node, READ | UNREADABLE);
  }

  /**
   * Forgets nodes.
   *
   * @param keep whether a node stays
   * @return the new number of each node that stays, and {@link Catalog#NOT_FOUND} for others
   */
  int[] compact(boolean[] keep) {
    int[] moved = new int[count()];
    DigestTable kept = new DigestTable(presentCount);
    for (int node = 0; node < moved.length; node++) {
      moved[node] = keep[node] ? kept.addFrom(digests, node) : Catalog.NOT_FOUND;
    }
    byte[] keptFlags = new byte[Math.max(NODES_MIN, kept.count())];
    int[][] keptChildren = new int[keptFlags.length][];
    Map<Integer, OciManifest> keptSubjects = new HashMap<>();
    for (int node = 0; node < moved.length; node++) {
      int to = moved[node];
      if (to == Catalog.NOT_FOUND) {
        edges -= children(node).length;
        continue;
      }
      keptFlags[to] = flags[node];
      keptChildren[to] = moveAll(children[node], moved);
      if (keptChildren[to] == null) {
        // Read again when an image refers to it.
        edges -= children(node).length;
        keptFlags[to] &= ~READ;
      } else if (subjects.containsKey(node)) {
        keptSubjects.put(to, subjects.get(node));
      }
    }
    digests = kept;
    flags = keptFlags;
    children = keptChildren;
    subjects.clear();
    subjects.putAll(keptSubjects);
    return moved;
  }

  /** Null unless all of them stay. */
  private static int[] moveAll(int[] nodesOrNull, int[] moved) {
    if (nodesOrNull == null) {
      return null;
    }
    int[] result = new int[nodesOrNull.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = moved[nodesOrNull[i]];
      if (result[i] == Catalog.NOT_FOUND) {
        return null;
      }
    }
    return result;
  }
}
