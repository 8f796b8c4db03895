package io.sluice.routing.kademlia;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamAcceptor;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Answers what peers ask: one or more questions per stream, in order. A peer that breaks the rules,
 * asks too much or does not read its answers loses the stream.
 */
final class KademliaServer implements StreamAcceptor {
  private static final long SECOND_NS = 1_000_000_000L;

  private final KademliaNetwork network;
  private final ProviderStore store;
  private final Supplier<List<Multiaddr>> selfAddresses;
  private final Map<PeerId, Asker> askers = new HashMap<>();

  /** The one that has been idle for longest first. */
  private final Set<ServedStream> streams = new LinkedHashSet<>();

  private boolean sweeping;
  private long answered;
  private long stored;
  private long refused;

  /** What one peer has open, and how much it may still ask. */
  private static final class Asker {
    int streams;
    double questions = KademliaLimits.QUESTIONS_BURST;
    long refilledNs;

    boolean mayAsk(long nowNs) {
      double earned =
          (nowNs - refilledNs) * (double) KademliaLimits.QUESTIONS_PER_SECOND / SECOND_NS;
      questions = Math.min(KademliaLimits.QUESTIONS_BURST, questions + earned);
      refilledNs = nowNs;
      if (questions < 1) {
        return false;
      }
      questions--;
      return true;
    }
  }

  KademliaServer(
      KademliaNetwork network, ProviderStore store, Supplier<List<Multiaddr>> selfAddresses) {
    this.network = network;
    this.store = store;
    this.selfAddresses = selfAddresses;
  }

  /** Questions answered. */
  long answered() {
    return answered;
  }

  /** Records taken from peers. */
  long stored() {
    return stored;
  }

  /** Streams reset for what came on them, and records refused. */
  long refused() {
    return refused;
  }

  @Override
  public StreamListener accept(PeerId peer) {
    Asker asker = askers.get(peer);
    if (asker == null) {
      asker = new Asker();
      asker.refilledNs = network.scheduler().nowNs();
      askers.put(peer, asker);
    }
    if (streams.size() >= KademliaLimits.STREAMS_SERVED
        || asker.streams >= KademliaLimits.STREAMS_SERVED_PER_PEER) {
      refused++;
      return null;
    }
    asker.streams++;
    ServedStream stream = new ServedStream(peer, asker);
    streams.add(stream);
    sweepLater();
    return stream;
  }

  /** Forgets a peer to which there is no connection any more. */
  void disconnected(PeerId peer) {
    Asker asker = askers.get(peer);
    if (asker != null && asker.streams == 0) {
      askers.remove(peer);
    }
  }

  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      network.scheduler().schedule(KademliaLimits.SERVED_IDLE_NS / 4, this::sweep);
    }
  }

  private void sweep() {
    sweeping = false;
    long now = network.scheduler().nowNs();
    List<ServedStream> idle = new ArrayList<>();
    for (ServedStream stream : streams) {
      if (now - stream.activeNs < KademliaLimits.SERVED_IDLE_NS) {
        break;
      }
      idle.add(stream);
    }
    idle.forEach(ServedStream::reset);
    if (!streams.isEmpty()) {
      sweepLater();
    }
    // An asker is kept as long as its allowance is not full again, lest a reconnect refills it.
    for (Iterator<Asker> each = askers.values().iterator(); each.hasNext(); ) {
      Asker asker = each.next();
      if (asker.streams == 0 && now - asker.refilledNs > KademliaLimits.SERVED_IDLE_NS) {
        each.remove();
      }
    }
  }

  /** The answer; null when there is none. */
  private KademliaMessage answer(PeerId from, KademliaMessage question) throws MalformedException {
    return switch (question.type()) {
      case FIND_NODE -> findNode(from, question);
      case GET_PROVIDERS -> getProviders(from, question);
      case ADD_PROVIDER -> {
        addProvider(from, question);
        yield null;
      }
      case PING -> KademliaMessage.request(MessageType.PING, question.key());
      case GET_VALUE, PUT_VALUE ->
          throw new MalformedException("values are not kept by this network");
    };
  }

  private KademliaMessage findNode(PeerId from, KademliaMessage question)
      throws MalformedException {
    byte[] key = question.key();
    if (key.length == 0) {
      throw new MalformedException("FIND_NODE without a key");
    }
    List<PeerRecord> closer = closerPeers(key, from);
    // The peer that is asked for is named even where it is not in the table, as the specification
    // wants it: this is how others check that we are alive.
    if (key.length <= KademliaLimits.PEER_ID_BYTES_MAX) {
      PeerId wanted = new PeerId(key);
      List<Multiaddr> addresses =
          wanted.equals(network.self())
              ? selfAddresses.get()
              : network.addressesOf(wanted, List.of());
      if (!addresses.isEmpty() && (closer.isEmpty() || !closer.getFirst().id().equals(wanted))) {
        closer.addFirst(new PeerRecord(wanted, addresses));
      }
    }
    return new KademliaMessage(MessageType.FIND_NODE, new byte[0], closer, List.of());
  }

  private KademliaMessage getProviders(PeerId from, KademliaMessage question)
      throws MalformedException {
    byte[] key = checkedKey(question);
    Position position = Position.of(key);
    List<PeerRecord> providers =
        store.find(position, KademliaLimits.PROVIDERS_ANSWERED, network.scheduler().nowNs());
    if (network.advertises(position)) {
      providers = new ArrayList<>(providers);
      providers.addFirst(new PeerRecord(network.self(), selfAddresses.get()));
    }
    return new KademliaMessage(MessageType.GET_PROVIDERS, key, closerPeers(key, from), providers);
  }

  private void addProvider(PeerId from, KademliaMessage question) throws MalformedException {
    byte[] key = checkedKey(question);
    boolean valid = false;
    for (PeerRecord provider : question.providerPeers()) {
      if (provider.id().equals(from) && !provider.addresses().isEmpty()) {
        valid = true;
        if (store.add(Position.of(key), from, provider.addresses(), network.scheduler().nowNs())) {
          stored++;
        } else {
          refused++;
        }
      }
    }
    if (!valid) {
      throw new MalformedException("ADD_PROVIDER that does not name its sender");
    }
  }

  private static byte[] checkedKey(KademliaMessage question) throws MalformedException {
    int length = question.key().length;
    if (length == 0 || length > KademliaLimits.KEY_BYTES_MAX) {
      throw new MalformedException("a key of " + length + " bytes");
    }
    return question.key();
  }

  private List<PeerRecord> closerPeers(byte[] key, PeerId from) {
    List<PeerRecord> closer = new ArrayList<>();
    int count = KademliaLimits.BUCKET_SIZE;
    for (Contact contact : network.table().nearest(Position.of(key), count, from)) {
      closer.add(contact.asRecord());
    }
    return closer;
  }

  /** A stream a peer has opened. */
  private final class ServedStream implements StreamListener {
    private final PeerId peer;
    private final Asker asker;
    private final MessageReader reader = new MessageReader(KademliaLimits.REQUEST_BYTES_MAX);
    private PeerStream stream;
    private boolean over;
    private long activeNs = network.scheduler().nowNs();

    ServedStream(PeerId peer, Asker asker) {
      this.peer = peer;
      this.asker = asker;
    }

    @Override
    public void onOpen(PeerStream opened) {
      stream = opened;
    }

    @Override
    public void onData(ByteBuffer bytes) {
      try {
        for (KademliaMessage question = reader.next(bytes);
            question != null && !over;
            question = reader.next(bytes)) {
          serve(question);
        }
      } catch (MalformedException malformed) {
        refused++;
        reset();
      }
    }

    private void serve(KademliaMessage question) throws MalformedException {
      touch();
      // Records cost little, come in thousands, and are bounded by the store.
      if (question.type() != MessageType.ADD_PROVIDER && !asker.mayAsk(activeNs)) {
        throw new MalformedException("too many questions");
      }
      KademliaMessage reply = answer(peer, question);
      if (reply == null) {
        return;
      }
      answered++;
      if (!stream.send(MessageCodec.encode(reply))) {
        refused++;
        over();
      }
    }

    private void touch() {
      activeNs = network.scheduler().nowNs();
      streams.remove(this);
      streams.add(this);
    }

    @Override
    public void onEnd() {
      stream.closeWrite();
      over();
    }

    @Override
    public void onFailed(String reason) {
      over();
    }

    void reset() {
      if (stream != null) {
        stream.reset();
      }
      over();
    }

    private void over() {
      if (!over) {
        over = true;
        asker.streams--;
        streams.remove(this);
      }
    }
  }
}
