package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Who has said to have what. Records are rows of primitive arrays, 16 bytes each and some 20 per
 * key, which grow as needed up to the limits; a provider's addresses are kept once, not per record.
 *
 * <p>When it is full the provider with more than its share loses: a new record takes the place of
 * one of a provider that has more, and is refused when there is none. One key has at most {@link
 * Limits#recordsPerKey} records; one in the second half of its life gives way to a new one, so that
 * nobody can push out what has just been said.
 */
final class ProviderStore {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 64;

  /** Records looked at for one to evict. */
  private static final int EVICTION_SAMPLES = 16;

  /**
   * How much is kept.
   *
   * @param records of all keys and providers
   * @param recordsPerKey providers of one key
   * @param recordsPerPeer keys of one provider
   * @param peers providers
   * @param validityNs how long a record lives
   */
  record Limits(int records, int recordsPerKey, int recordsPerPeer, int peers, long validityNs) {}

  private final Limits limits;
  private final PositionIndex keys;
  private final SplittableRandom random;
  private final int validitySeconds;

  // A record: its provider, its key, its end in seconds, and the next record of the same key, or of
  // the free list.
  private int[] recordPeer = new int[FIRST_CAPACITY];
  private int[] recordKey = new int[FIRST_CAPACITY];
  private int[] recordEnd = new int[FIRST_CAPACITY];
  private int[] recordNext = new int[FIRST_CAPACITY];
  private int recordsUsed;
  private int freeRecord = NONE;
  private int size;

  private int[] keyFirst = new int[FIRST_CAPACITY];

  private final Map<PeerId, Integer> peerNumbers = new HashMap<>();
  private final List<Provider> peers = new ArrayList<>();
  private final List<Integer> freePeers = new ArrayList<>();
  private int sweepAt;

  private static final class Provider {
    PeerRecord record;
    int records;

    Provider(PeerId id, List<Multiaddr> addresses) {
      this.record = new PeerRecord(id, addresses);
    }

    void moved(List<Multiaddr> newer) {
      if (!newer.equals(record.addresses())) {
        record = new PeerRecord(record.id(), newer);
      }
    }
  }

  ProviderStore(Limits limits, long seed) {
    this.limits = limits;
    this.random = new SplittableRandom(seed);
    this.keys = new PositionIndex(random.nextLong());
    this.validitySeconds = (int) (limits.validityNs() / SECOND_NS);
  }

  /** Records, some of which may have ended and not been swept yet. */
  int size() {
    return size;
  }

  int keys() {
    return keys.size();
  }

  int peers() {
    return peerNumbers.size();
  }

  /**
   * Notes that {@code peer} has the content of the key at {@code key}, from now on for as long as
   * records live.
   *
   * @return false when a limit is reached
   */
  boolean add(Position key, PeerId peer, List<Multiaddr> addresses, long nowNs) {
    int now = seconds(nowNs);
    int keySlot = keys.find(key);
    int peerNumber = peerNumbers.getOrDefault(peer, NONE);
    if (peerNumber != NONE) {
      peers.get(peerNumber).moved(addresses);
      if (keySlot != NONE && renew(keySlot, peerNumber, now)) {
        return true;
      }
    } else if (peerNumbers.size() >= limits.peers()) {
      return false;
    }
    if (peerNumber != NONE && peers.get(peerNumber).records >= limits.recordsPerPeer()) {
      return false;
    }
    if (keySlot != NONE && !makeRoomAt(keySlot, now)) {
      return false;
    }
    if (size >= limits.records() && !evictFor(peerNumber, now)) {
      return false;
    }
    // What made room may have been the last record of this very peer.
    Integer stillThere = peerNumbers.get(peer);
    insert(key, stillThere == null ? newPeer(peer, addresses) : stillThere, now);
    return true;
  }

  /** Up to {@code count} providers of the key, chosen at random and in random order. */
  List<PeerRecord> find(Position key, int count, long nowNs) {
    int keySlot = keys.find(key);
    if (keySlot == NONE) {
      return List.of();
    }
    int now = seconds(nowNs);
    List<PeerRecord> found = new ArrayList<>();
    int seen = 0;
    for (int at = keyFirst[keySlot]; at != NONE; at = recordNext[at]) {
      if (recordEnd[at] - now <= 0) {
        continue;
      }
      PeerRecord record = peers.get(recordPeer[at]).record;
      seen++;
      int place = random.nextInt(seen);
      if (found.size() < count) {
        found.add(record);
        Collections.swap(found, place, found.size() - 1);
      } else if (place < count) {
        found.set(place, record);
      }
    }
    return found;
  }

  /** Looks at {@code count} records and frees those that have ended. */
  void sweep(int count, long nowNs) {
    int now = seconds(nowNs);
    for (int i = 0; i < count && recordsUsed > 0; i++) {
      sweepAt = sweepAt + 1 < recordsUsed ? sweepAt + 1 : 0;
      if (recordKey[sweepAt] != NONE && recordEnd[sweepAt] - now <= 0) {
        remove(sweepAt);
      }
    }
  }

  private boolean renew(int keySlot, int peerNumber, int now) {
    for (int at = keyFirst[keySlot]; at != NONE; at = recordNext[at]) {
      if (recordPeer[at] == peerNumber) {
        recordEnd[at] = now + validitySeconds;
        return true;
      }
    }
    return false;
  }

  /** False when the key has as many records as allowed and none of them is old. */
  private boolean makeRoomAt(int keySlot, int now) {
    int count = 0;
    int oldest = NONE;
    for (int at = keyFirst[keySlot]; at != NONE; at = recordNext[at]) {
      count++;
      if (oldest == NONE || recordEnd[at] - recordEnd[oldest] < 0) {
        oldest = at;
      }
    }
    if (count < limits.recordsPerKey()) {
      return true;
    }
    if (recordEnd[oldest] - now > validitySeconds / 2) {
      return false;
    }
    // A key must keep its slot while the caller is about to add to it.
    unlink(oldest);
    release(oldest);
    return true;
  }

  private boolean evictFor(int peerNumber, int now) {
    int mine = peerNumber == NONE ? 0 : peers.get(peerNumber).records;
    int victim = NONE;
    int most = mine + 1;
    for (int i = 0; i < EVICTION_SAMPLES; i++) {
      int at = random.nextInt(recordsUsed);
      if (recordKey[at] == NONE) {
        continue;
      }
      if (recordEnd[at] - now <= 0) {
        victim = at;
        break;
      }
      if (peers.get(recordPeer[at]).records > most) {
        most = peers.get(recordPeer[at]).records;
        victim = at;
      }
    }
    if (victim == NONE) {
      return false;
    }
    remove(victim);
    return true;
  }

  private int newPeer(PeerId id, List<Multiaddr> addresses) {
    Provider provider = new Provider(id, addresses);
    int number;
    if (freePeers.isEmpty()) {
      number = peers.size();
      peers.add(provider);
    } else {
      number = freePeers.removeLast();
      peers.set(number, provider);
    }
    peerNumbers.put(id, number);
    return number;
  }

  private void insert(Position key, int peerNumber, int now) {
    int keySlot = keys.find(key);
    if (keySlot == NONE) {
      keySlot = keys.add(key);
      if (keySlot >= keyFirst.length) {
        keyFirst = Arrays.copyOf(keyFirst, keys.capacity());
      }
      keyFirst[keySlot] = NONE;
    }
    int at = freeRecord;
    if (at != NONE) {
      freeRecord = recordNext[at];
    } else {
      at = recordsUsed++;
      if (at == recordPeer.length) {
        growRecords();
      }
    }
    recordPeer[at] = peerNumber;
    recordKey[at] = keySlot;
    recordEnd[at] = now + validitySeconds;
    recordNext[at] = keyFirst[keySlot];
    keyFirst[keySlot] = at;
    peers.get(peerNumber).records++;
    size++;
  }

  private void growRecords() {
    int capacity = Math.min(limits.records(), recordPeer.length + recordPeer.length / 4);
    recordPeer = Arrays.copyOf(recordPeer, capacity);
    recordKey = Arrays.copyOf(recordKey, capacity);
    recordEnd = Arrays.copyOf(recordEnd, capacity);
    recordNext = Arrays.copyOf(recordNext, capacity);
  }

  private void remove(int at) {
    int keySlot = recordKey[at];
    unlink(at);
    release(at);
    if (keyFirst[keySlot] == NONE) {
      keys.remove(keySlot);
    }
  }

  private void unlink(int at) {
    int keySlot = recordKey[at];
    int before = keyFirst[keySlot];
    if (before == at) {
      keyFirst[keySlot] = recordNext[at];
      return;
    }
    while (recordNext[before] != at) {
      before = recordNext[before];
    }
    recordNext[before] = recordNext[at];
  }

  private void release(int at) {
    int peerNumber = recordPeer[at];
    Provider provider = peers.get(peerNumber);
    provider.records--;
    if (provider.records == 0) {
      peerNumbers.remove(provider.record.id());
      peers.set(peerNumber, null);
      freePeers.add(peerNumber);
    }
    recordKey[at] = NONE;
    recordNext[at] = freeRecord;
    freeRecord = at;
    size--;
  }

  private static int seconds(long nowNs) {
    return (int) Math.floorDiv(nowNs, SECOND_NS);
  }
}
