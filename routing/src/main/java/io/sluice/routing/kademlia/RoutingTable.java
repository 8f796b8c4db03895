package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The peers this node knows to answer: at most k for each length of prefix that their position
 * shares with ours, so that it knows its own neighbourhood well and everybody else's roughly.
 *
 * <p>A full bucket keeps those it has: who has been there for long will be there for longer. Those
 * turned away are remembered, a few per bucket, as substitutes for one that goes.
 */
final class RoutingTable {
  /** Substitutes remembered per bucket. */
  static final int SUBSTITUTES_PER_BUCKET = 4;

  private final Position self;
  private final int bucketSize;
  private final AddressGroups groups;
  private final Map<PeerId, Contact> contacts = new HashMap<>();
  private final Map<PeerId, InetAddress> counted = new HashMap<>();

  /** By common prefix with our position; null while empty. */
  private final Bucket[] buckets = new Bucket[Position.BITS + 1];

  /** None but empty buckets from here on. */
  private int bucketsUsed;

  private volatile int size;

  RoutingTable(Position self, int bucketSize, int contactsPerAddress) {
    this.self = self;
    this.bucketSize = bucketSize;
    this.groups = new AddressGroups(contactsPerAddress);
  }

  /** How many peers there are; any thread may ask. */
  int size() {
    return size;
  }

  /** Null unless it is in the table. */
  Contact find(PeerId peer) {
    return contacts.get(peer);
  }

  /** The table's peers. */
  List<Contact> all() {
    return new ArrayList<>(contacts.values());
  }

  /** Peers that share {@code prefix} bits with us, or more. */
  int sizeFrom(int prefix) {
    int size = 0;
    for (int i = prefix; i < bucketsUsed; i++) {
      size += bucketSize(i);
    }
    return size;
  }

  /**
   * How many nodes the network has, guessed from how near the nearest of them are to us; the size
   * of the table when that is all of it.
   */
  double networkSize() {
    List<Contact> nearest = nearest(self, bucketSize, null);
    if (nearest.size() < bucketSize) {
      return nearest.size() + 1.0;
    }
    long farthest = nearest.getLast().position().prefix() ^ self.prefix();
    double share = ((farthest >>> 1) + 1) / 0x1p63;
    return Math.max(bucketSize / share, contacts.size());
  }

  /** Peers in the bucket of those that share {@code prefix} bits with us. */
  int bucketSize(int prefix) {
    return buckets[prefix] == null ? 0 : buckets[prefix].contacts.size();
  }

  /** Whether there is a place for {@code peer}, and it is not in the table yet. */
  boolean wants(PeerId peer, Position position) {
    return !position.equals(self)
        && !contacts.containsKey(peer)
        && bucketSize(self.commonPrefix(position)) < bucketSize;
  }

  /**
   * Takes a peer that has just answered a question of ours.
   *
   * @return whether it is in the table now
   */
  boolean answered(PeerId peer, Position position, List<Multiaddr> addresses, long nowNs) {
    Contact known = contacts.get(peer);
    if (known != null) {
      known.answered(nowNs, addresses);
      return true;
    }
    int prefix = self.commonPrefix(position);
    if (prefix == Position.BITS) {
      return false;
    }
    Contact contact = new Contact(peer, position, addresses, nowNs);
    Bucket bucket = bucket(prefix);
    if (bucket.contacts.size() >= bucketSize) {
      bucket.remember(contact);
      return false;
    }
    InetAddress ip = contact.ip();
    if (!groups.tryAdd(ip)) {
      return false;
    }
    counted.put(peer, ip);
    bucket.contacts.add(contact);
    bucket.substitutes.removeIf(other -> other.id().equals(peer));
    contacts.put(peer, contact);
    size = contacts.size();
    bucketsUsed = Math.max(bucketsUsed, prefix + 1);
    return true;
  }

  /** Remembers a peer that is said to exist as a substitute, if its bucket is full. */
  void heardOf(PeerId peer, Position position, List<Multiaddr> addresses) {
    int prefix = self.commonPrefix(position);
    if (prefix < Position.BITS
        && bucketSize(prefix) >= bucketSize
        && !contacts.containsKey(peer)
        && !addresses.isEmpty()) {
      bucket(prefix).remember(new Contact(peer, position, addresses, 0));
    }
  }

  /**
   * Takes a peer out.
   *
   * @return a substitute to be asked whether it answers; null without one
   */
  Contact remove(PeerId peer) {
    Contact contact = contacts.remove(peer);
    if (contact == null) {
      return null;
    }
    size = contacts.size();
    groups.remove(counted.remove(peer));
    int prefix = self.commonPrefix(contact.position());
    Bucket bucket = buckets[prefix];
    bucket.contacts.remove(contact);
    Contact substitute = bucket.substitutes.pollLast();
    if (bucket.contacts.isEmpty() && substitute == null) {
      buckets[prefix] = null;
      while (bucketsUsed > 0 && bucketSize(bucketsUsed - 1) == 0) {
        bucketsUsed--;
      }
    }
    return substitute;
  }

  /** The {@code count} peers nearest to {@code target} without {@code except}, nearest first. */
  List<Contact> nearest(Position target, int count, PeerId except) {
    List<Contact> found = new ArrayList<>(count + bucketSize);
    Consumer<Bucket> gather =
        bucket -> {
          if (bucket != null) {
            for (Contact contact : bucket.contacts) {
              if (!contact.id().equals(except)) {
                found.add(contact);
              }
            }
          }
        };
    int prefix = Math.min(self.commonPrefix(target), Position.BITS - 1);
    // Those in the target's bucket share one bit more with it than all in the buckets after it,
    // and those more than the ones before, each bucket one fewer than the next.
    gather.accept(buckets[prefix]);
    if (found.size() < count) {
      for (int i = prefix + 1; i < bucketsUsed; i++) {
        gather.accept(buckets[i]);
      }
    }
    for (int i = Math.min(prefix, bucketsUsed) - 1; i >= 0 && found.size() < count; i--) {
      gather.accept(buckets[i]);
    }
    found.sort((one, other) -> target.compareDistance(one.position(), other.position()));
    return found.size() > count ? found.subList(0, count) : found;
  }

  private Bucket bucket(int prefix) {
    if (buckets[prefix] == null) {
      buckets[prefix] = new Bucket();
    }
    return buckets[prefix];
  }

  private static final class Bucket {
    final List<Contact> contacts = new ArrayList<>();
    final Deque<Contact> substitutes = new ArrayDeque<>(SUBSTITUTES_PER_BUCKET);

    void remember(Contact contact) {
      substitutes.removeIf(other -> other.id().equals(contact.id()));
      if (substitutes.size() == SUBSTITUTES_PER_BUCKET) {
        substitutes.pollFirst();
      }
      substitutes.addLast(contact);
    }
  }
}
