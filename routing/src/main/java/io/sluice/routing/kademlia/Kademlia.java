package io.sluice.routing.kademlia;

import io.sluice.routing.host.PeerHost;
import io.sluice.routing.host.PeerListener;
import io.sluice.routing.host.Scheduler;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A node of a Kademlia network, client and server, compatible with go-libp2p-kad-dht. To be used on
 * the scheduler's thread only, except for {@link #tableSize}.
 */
public final class Kademlia implements PeerListener {
  private static final long SWEEP_NS = 10_000_000_000L;

  /** Every record is looked at within this many sweeps. */
  private static final int SWEEPS_PER_ROUND = 30;

  private static final int RANK_NEAR = 0;
  private static final int RANK_CONNECTED = 1;
  private static final int RANK_UNCONNECTED = 2;

  private final PeerHost host;
  private final Scheduler scheduler;
  private final KademliaSettings settings;
  private final Network network = new Network();
  private final PeerId self;
  private final RoutingTable table;
  private final PeerBook book = new PeerBook();
  private final PeerCalls calls;
  private final ProviderStore store;
  private final KademliaServer server;
  private final Departures departures;
  private final TableKeeper keeper;
  private final AdvertisedKeys keys;
  private final Announcer announcer;
  private boolean closed;

  /**
   * A node on top of {@code host}, which has not been started yet. Takes the host's peer listener.
   *
   * @param seed for everything that is left to chance
   */
  public Kademlia(PeerHost host, Scheduler scheduler, KademliaSettings settings, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    this.host = host;
    this.scheduler = scheduler;
    this.settings = settings;
    this.self = host.id();
    table =
        new RoutingTable(
            Position.of(self), KademliaLimits.BUCKET_SIZE, KademliaLimits.CONTACTS_PER_ADDRESS);
    calls = new PeerCalls(host, scheduler, settings.protocol());
    ProviderStore.Limits limits =
        new ProviderStore.Limits(
            KademliaLimits.RECORDS,
            KademliaLimits.RECORDS_PER_KEY,
            KademliaLimits.RECORDS_PER_PEER,
            KademliaLimits.PROVIDERS,
            settings.provideValidity().toNanos());
    store = new ProviderStore(limits, random.nextLong());
    departures = new Departures(table);
    keeper = new TableKeeper(network, host, departures, random.nextLong());
    keys = new AdvertisedKeys(KademliaLimits.KEYS_ADVERTISED, random.nextLong());
    announcer = new Announcer(network, keys, departures, this::ownAddresses);
    server = new KademliaServer(network, store, this::ownAddresses);
    host.peerListener(this);
    host.handle(settings.protocol(), server);
    if (!settings.zone().isEmpty()) {
      host.handle(PeerBook.ZONE_PROTOCOL + settings.zone(), peer -> null);
    }
  }

  /** Begins what happens by itself; the host has been started. */
  public void start() {
    keeper.start();
    announcer.start();
    departures.start(scheduler);
    scheduler.schedule(SWEEP_NS, this::sweep);
  }

  /** Ends what is under way; the host is closed by its owner. */
  public void close() {
    closed = true;
    keeper.close();
    announcer.close();
    departures.close();
    calls.close();
  }

  /** Peers in the routing table; any thread may ask. */
  public int tableSize() {
    return table.size();
  }

  /** The peers of the routing table. */
  public List<PeerRecord> tablePeers() {
    List<PeerRecord> peers = new ArrayList<>();
    table.all().forEach(contact -> peers.add(contact.asRecord()));
    return peers;
  }

  /** What has been done so far. */
  public KademliaCounts counts() {
    return new KademliaCounts(
        table.size(),
        book.size(),
        store.size(),
        store.keys(),
        keys.size(),
        calls.asked(),
        server.answered(),
        calls.told(),
        server.stored(),
        server.refused());
  }

  /** The zone a connected peer has named; empty when it has not, or is not connected. */
  public String zoneOf(PeerId peer) {
    PeerBook.Entry entry = book.find(peer);
    return entry == null ? "" : entry.zone;
  }

  /** Looks who is near, now rather than at the next refresh. */
  public void refresh() {
    keeper.refresh();
  }

  /**
   * Looks for providers of a key, this node excepted.
   *
   * @param wanted the search ends when so many are found
   * @param listener may hear the end before this returns
   */
  public ProviderSearch findProviders(ContentKey key, int wanted, ProviderListener listener) {
    ProviderSearch search = new ProviderSearch(network, key, wanted, listener);
    search.start(store.find(key.position(), wanted, scheduler.nowNs()));
    return search;
  }

  /**
   * Tells others that this node has the content of these keys, until withdrawn.
   *
   * @return how many of them are advertised now; the rest are too many
   */
  public int advertise(Collection<ContentKey> added) {
    int taken = 0;
    for (ContentKey key : added) {
      taken += keys.add(key) ? 1 : 0;
    }
    announcer.keysAdded();
    return taken;
  }

  /** Does not announce these keys again; what others have been told ends by itself. */
  public void withdraw(Collection<ContentKey> removed) {
    removed.forEach(keys::remove);
  }

  @Override
  public void onIdentified(PeerId peer, List<String> protocols, List<Multiaddr> addresses) {
    PeerBook.Entry entry =
        book.identified(peer, protocols, addresses, settings.protocol(), scheduler.nowNs());
    if (entry == null || closed) {
      return;
    }
    if (entry.speaksKademlia) {
      keeper.found(peer, entry.addresses);
    } else {
      keeper.failed(peer);
    }
  }

  @Override
  public void onDisconnected(PeerId peer) {
    book.disconnected(peer);
    calls.disconnected(peer);
    server.disconnected(peer);
    if (!closed) {
      keeper.disconnected(peer);
    }
  }

  /** Looks for those among the connected that the table has lost, or had no room for. */
  private void findConnected() {
    for (Map.Entry<PeerId, PeerBook.Entry> each : List.copyOf(book.all().entrySet())) {
      if (each.getValue().speaksKademlia) {
        keeper.found(each.getKey(), each.getValue().addresses);
      }
    }
  }

  /** Closes the connections least recently used that the table does not need. */
  private void closeUseless() {
    long graceNs = scheduler.nowNs() - KademliaLimits.CONNECTION_GRACE_NS;
    List<PeerId> useless =
        book.all().entrySet().stream()
            .filter(
                each ->
                    each.getValue().sinceNs - graceNs < 0
                        && table.find(each.getKey()) == null
                        && !calls.isBusy(each.getKey()))
            .sorted(Comparator.comparingLong(each -> each.getValue().usedNs))
            .limit(book.size() - KademliaLimits.CONNECTIONS_LOW)
            .map(Map.Entry::getKey)
            .toList();
    useless.forEach(host::disconnect);
  }

  private void sweep() {
    if (!closed) {
      store.sweep(64 + store.size() / SWEEPS_PER_ROUND, scheduler.nowNs());
      findConnected();
      if (book.size() > KademliaLimits.CONNECTIONS_HIGH) {
        closeUseless();
      }
      scheduler.schedule(SWEEP_NS, this::sweep);
    }
  }

  /** Where others reach this node: loopback only when there is nothing else. */
  private List<Multiaddr> ownAddresses() {
    List<Multiaddr> all = new ArrayList<>();
    List<Multiaddr> outside = new ArrayList<>();
    for (Multiaddr address : host.addresses()) {
      InetAddress ip = address.ip();
      if (ip != null) {
        all.add(address);
        if (!ip.isLoopbackAddress()) {
          outside.add(address);
        }
      }
    }
    List<Multiaddr> chosen = outside.isEmpty() ? all : outside;
    return chosen.subList(0, Math.min(chosen.size(), KademliaLimits.ADDRESSES_PER_PEER));
  }

  /** What the parts of the node see of each other. */
  private final class Network implements KademliaNetwork {
    @Override
    public KademliaSettings settings() {
      return settings;
    }

    @Override
    public Scheduler scheduler() {
      return scheduler;
    }

    @Override
    public PeerId self() {
      return self;
    }

    @Override
    public RoutingTable table() {
      return table;
    }

    @Override
    public PeerCalls calls() {
      return calls;
    }

    @Override
    public boolean advertises(Position key) {
      return keys.contains(key);
    }

    @Override
    public int rank(PeerId peer) {
      if (!host.isConnected(peer)) {
        return RANK_UNCONNECTED;
      }
      return settings.zone().isEmpty() || settings.zone().equals(zoneOf(peer))
          ? RANK_NEAR
          : RANK_CONNECTED;
    }

    @Override
    public boolean isConnected(PeerId peer) {
      return host.isConnected(peer);
    }

    @Override
    public List<Multiaddr> addressesOf(PeerId peer, List<Multiaddr> heard) {
      PeerBook.Entry entry = book.find(peer);
      if (entry != null && !entry.addresses.isEmpty()) {
        return entry.addresses;
      }
      Contact contact = table.find(peer);
      return contact != null && !contact.addresses().isEmpty() ? contact.addresses() : heard;
    }

    @Override
    public void answered(PeerId peer, Position position, List<Multiaddr> addresses) {
      PeerBook.Entry entry = book.find(peer);
      if (entry != null) {
        entry.usedNs = scheduler.nowNs();
      }
      keeper.answered(peer, position, addressesOf(peer, addresses));
    }

    @Override
    public void failed(PeerId peer) {
      keeper.failed(peer);
    }

    @Override
    public void heardOf(PeerRecord peer, Position position) {
      table.heardOf(peer.id(), position, peer.addresses());
    }
  }
}
