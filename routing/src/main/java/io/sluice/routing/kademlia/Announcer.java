package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Tells the peers nearest to each advertised key that this node has its content: new keys soon, all
 * of them again within the interval, each at its own moment, which its position decides. Keys that
 * are near each other go to the same peers, so that one lookup serves many of them and a peer gets
 * them in one write.
 *
 * <p>Where peers vanish faster than the interval provides for, keys are announced again after half
 * of those who held them are gone.
 */
final class Announcer {
  private static final double WHOLE_CYCLE = 0x1p64;

  private final KademliaNetwork network;
  private final AdvertisedKeys keys;
  private final Departures departures;
  private final Supplier<List<Multiaddr>> selfAddresses;
  private final long selfPrefix;
  private final List<Region> regions = new ArrayList<>();

  /** Where in the cycle of all positions, seen from ours, the announcing is; a fraction of 2^64. */
  private long cycleAt;

  private long tickedNs;

  /**
   * Nodes the network had when all keys were last announced. In one several times larger others are
   * nearest to a key.
   */
  private double announcedTo = 1;

  private boolean providing;
  private int scanFrom;
  private boolean closed;
  private long announced;

  /**
   * The peers near all keys that share more than {@code sharedBits} leading bits with the centre.
   */
  private record Region(Position centre, int sharedBits, List<PeerRecord> peers, long foundNs) {
    boolean covers(long prefix) {
      return Long.numberOfLeadingZeros(centre.prefix() ^ prefix) > sharedBits;
    }
  }

  private interface FoundListener {
    void found(boolean somebody);
  }

  Announcer(
      KademliaNetwork network,
      AdvertisedKeys keys,
      Departures departures,
      Supplier<List<Multiaddr>> selfAddresses) {
    this.network = network;
    this.keys = keys;
    this.departures = departures;
    this.selfAddresses = selfAddresses;
    this.selfPrefix = Position.of(network.self()).prefix();
  }

  /** Keys announced so far, each counted as often as it was. */
  long announced() {
    return announced;
  }

  void start() {
    tickedNs = network.scheduler().nowNs();
    scheduleTick();
  }

  void close() {
    closed = true;
  }

  /** There are new keys. */
  void keysAdded() {
    provideAfter(
        network.table().size() > 0
            ? KademliaLimits.PROVIDE_TICK_NS
            : KademliaLimits.PROVIDE_ALONE_TICK_NS);
  }

  private void provideAfter(long delayNs) {
    if (!providing && !closed) {
      providing = true;
      network.scheduler().schedule(delayNs, this::provideNew);
    }
  }

  // ---- keys that are due again

  private void scheduleTick() {
    network.scheduler().schedule(KademliaLimits.REPROVIDE_TICK_NS, this::tick);
  }

  private void tick() {
    if (closed) {
      return;
    }
    long now = network.scheduler().nowNs();
    double share = Math.min(1, (now - tickedNs) / (double) intervalNs());
    tickedNs = now;
    long width = (long) Math.min(share * WHOLE_CYCLE / 2, Long.MAX_VALUE) * 2;
    int[] due = dueWithin(width);
    double networkSize = network.table().networkSize();
    if (networkSize > announcedTo * KademliaLimits.NETWORK_GROWTH_MAX) {
      announcedTo = networkSize;
      regions.clear();
      announceSoon(IntStream.range(0, keys.numbers()).filter(keys::isAdvertised).toArray());
    } else if (network.table().size() > 0) {
      announceAll(due);
    } else if (due.length > 0) {
      announceSoon(due);
    }
    cycleAt += width;
    scheduleTick();
  }

  private long intervalNs() {
    long wantedNs = network.settings().reprovideInterval().toNanos();
    long minNs = Math.min(KademliaLimits.REPROVIDE_MIN_NS, wantedNs);
    return Math.clamp(departures.halfLifeNs(), minNs, wantedNs);
  }

  private int[] dueWithin(long width) {
    int[] due = new int[16];
    int count = 0;
    for (int number = 0; number < keys.numbers(); number++) {
      if (keys.isAdvertised(number)
          && Long.compareUnsigned((keys.prefix(number) ^ selfPrefix) - cycleAt, width) < 0) {
        if (count == due.length) {
          due = Arrays.copyOf(due, 2 * count);
        }
        due[count++] = number;
      }
    }
    return Arrays.copyOf(due, count);
  }

  /** Announces these keys, region by region. */
  private void announceAll(int[] due) {
    // Some may have been withdrawn while a lookup ran.
    int[] rest = select(due, keys::isAdvertised);
    while (rest.length > 0) {
      Region known = region(keys.prefix(rest[0]));
      if (known == null) {
        int[] later = rest;
        findRegion(keys.key(rest[0]), found -> continueWith(later, found));
        return;
      }
      int[] covered = select(rest, number -> known.covers(keys.prefix(number)));
      rest = select(rest, number -> !known.covers(keys.prefix(number)));
      tell(known, covered);
    }
  }

  private void continueWith(int[] numbers, boolean found) {
    if (found) {
      announceAll(numbers);
    } else {
      announceSoon(numbers);
    }
  }

  /** Nobody can be reached now: when somebody can, these keys are as good as new. */
  private void announceSoon(int[] numbers) {
    for (int number : numbers) {
      keys.renew(number);
    }
    keysAdded();
  }

  private static int[] select(int[] numbers, IntPredicate wanted) {
    return Arrays.stream(numbers).filter(wanted).toArray();
  }

  // ---- keys that are new

  private void provideNew() {
    providing = false;
    if (closed || keys.newKeys() == 0) {
      return;
    }
    if (network.table().size() == 0) {
      keysAdded();
      return;
    }
    int number = nextNew();
    Region known = region(keys.prefix(number));
    if (known == null) {
      providing = true;
      findRegion(
          keys.key(number),
          found -> {
            providing = false;
            provideAfter(found ? 0 : KademliaLimits.PROVIDE_ALONE_TICK_NS);
          });
      return;
    }
    tell(known, newKeysWithin(known, number));
    keysAdded();
  }

  /** The new keys of a region, as many as fit into a write. */
  private int[] newKeysWithin(Region region, int first) {
    int[] covered = new int[KademliaLimits.RECORDS_PER_WRITE];
    int count = 0;
    for (int number = first; number < keys.numbers() && count < covered.length; number++) {
      if (keys.isNew(number) && region.covers(keys.prefix(number))) {
        covered[count++] = number;
      }
    }
    return Arrays.copyOf(covered, count);
  }

  private int nextNew() {
    while (scanFrom >= keys.numbers() || !keys.isNew(scanFrom)) {
      scanFrom = scanFrom + 1 < keys.numbers() ? scanFrom + 1 : 0;
    }
    return scanFrom;
  }

  // ---- regions and their peers

  private Region region(long prefix) {
    long oldestNs = network.scheduler().nowNs() - KademliaLimits.REGION_VALID_NS;
    regions.removeIf(region -> region.foundNs - oldestNs < 0);
    for (Region region : regions) {
      if (region.covers(prefix)) {
        return region;
      }
    }
    return null;
  }

  private void findRegion(ContentKey key, FoundListener then) {
    Position centre = key.position();
    new Query(
            network,
            centre,
            KademliaMessage.request(MessageType.FIND_NODE, key.wire()),
            Query.Extent.ALL_NEAREST,
            -1,
            new Query.Listener() {
              @Override
              public boolean onAnswer(KademliaMessage answer, int hops) {
                return false;
              }

              @Override
              public void onEnd(List<PeerRecord> nearest, boolean complete) {
                if (!nearest.isEmpty()) {
                  remember(centre, nearest);
                }
                network.scheduler().execute(() -> then.found(!nearest.isEmpty()));
              }
            })
        .start();
  }

  /**
   * Beyond the farthest of k peers there may be others that are nearer to other keys. Within the
   * bits that all of them share with the centre, these are the ones.
   */
  private void remember(Position centre, List<PeerRecord> nearest) {
    int sharedBits = -1;
    if (nearest.size() >= KademliaLimits.BUCKET_SIZE) {
      sharedBits = centre.commonPrefix(Position.of(nearest.getLast().id()));
    }
    if (regions.size() >= KademliaLimits.REGIONS) {
      regions.removeFirst();
    }
    regions.add(new Region(centre, sharedBits, nearest, network.scheduler().nowNs()));
  }

  private void tell(Region region, int[] numbers) {
    announced += numbers.length;
    for (int from = 0; from < numbers.length; from += KademliaLimits.RECORDS_PER_WRITE) {
      int to = Math.min(numbers.length, from + KademliaLimits.RECORDS_PER_WRITE);
      ByteBuffer records = encode(Arrays.copyOfRange(numbers, from, to));
      for (PeerRecord peer : region.peers) {
        tell(peer, records.duplicate(), to - from);
      }
    }
  }

  private void tell(PeerRecord peer, ByteBuffer records, int count) {
    network
        .calls()
        .tell(
            peer.id(),
            network.addressesOf(peer.id(), peer.addresses()),
            records,
            count,
            new PeerCalls.Answer() {
              @Override
              public void onAnswer(KademliaMessage none) {}

              @Override
              public void onFailed(String reason) {
                network.failed(peer.id());
              }
            });
  }

  private ByteBuffer encode(int[] numbers) {
    List<PeerRecord> self = List.of(new PeerRecord(network.self(), selfAddresses.get()));
    List<ByteBuffer> messages = new ArrayList<>(numbers.length);
    int bytes = 0;
    for (int number : numbers) {
      keys.announced(number);
      ContentKey key = keys.key(number);
      ByteBuffer message =
          MessageCodec.encode(
              new KademliaMessage(MessageType.ADD_PROVIDER, key.wire(), List.of(), self));
      messages.add(message);
      bytes += message.remaining();
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    messages.forEach(all::put);
    return all.flip();
  }
}
