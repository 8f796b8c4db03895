package io.sluice.server.relay;

import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.control.ControlMessages;
import io.sluice.server.http.ByteRange;
import io.sluice.server.http.DigestKey;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.BodySlots;
import io.sluice.server.transfer.SendBuffers;
import io.sluice.server.transfer.SocketControl;
import io.sluice.server.transfer.TransferBlocks;
import java.lang.foreign.MemorySegment;

/**
 * All relays of one loop: each passes what its fetch receives on to one client, exactly as many
 * bytes as the head has announced. {@link Fetches} sees to it that they come, whoever has them.
 */
public final class Relays implements FetchListener {
  /** Operation codes of this component: 0x40 to 0x4f. */
  public static final int OPERATIONS = 0x40;

  /** Calls for each relay: some race, some have lost and are about to end. */
  private static final int CALLS_PER_RELAY = 3;

  /** Fixed memory for each relay: peers, the request, and the heads of peers' answers. */
  public static final int SCRATCH_BYTES =
      Fetch.SCRATCH_BYTES + CALLS_PER_RELAY * Calls.SCRATCH_BYTES;

  /** The reason of an end that is none of {@link AbortReason}. */
  static final int COMPLETE = -1;

  private final Fetches fetches;
  private final RelaySends sends;
  private final PipedBodies piped;
  private final SendBuffers sendBuffers;
  private final RelayListener listener;
  private final LoopMetrics metrics;
  private final RelayHead head = new RelayHead();
  private final RelayNames names = new RelayNames();
  private final RelayTable table;
  private long nowNs;

  /**
   * Creates the relays of a loop.
   *
   * @param blocks for relays only
   * @param sendBuffers shared with the loop's transfers
   * @param scratch {@link #SCRATCH_BYTES} for each relay
   * @param slots shared with the loop's transfers
   * @param receiveBudgetBytes what the kernel may keep of what peers send
   * @param progressTimeoutNs a client that takes nothing for so long is disconnected
   * @param peerStallNs a peer that sends nothing for so long is replaced
   */
  public Relays(
      Ring ring,
      SocketControl sockets,
      TransferBlocks blocks,
      SendBuffers sendBuffers,
      MemorySegment scratch,
      RelayListener listener,
      LoopMetrics metrics,
      BodySlots slots,
      long receiveBudgetBytes,
      long progressTimeoutNs,
      long peerStallNs) {
    this.sendBuffers = sendBuffers;
    this.listener = listener;
    this.metrics = metrics;
    this.fetches =
        new Fetches(
            ring,
            sockets,
            blocks,
            scratch,
            this,
            metrics,
            slots.relaysMax(),
            slots.relaysMax() * CALLS_PER_RELAY,
            ReceiveBudget.ofLoop(receiveBudgetBytes),
            peerStallNs);
    this.sends =
        new RelaySends(
            ring, sockets, this, fetches, blocks, sendBuffers, metrics, progressTimeoutNs);
    this.piped =
        new PipedBodies(
            this,
            fetches,
            sends,
            new PipePool(sockets, slots.relaysMax(), blocks.blockBytes()),
            sockets,
            metrics,
            blocks.blockBytes());
    fetches.piped(piped);
    sends.piped(piped);
    head.memory = scratch;
    this.table = new RelayTable(slots);
  }

  /** The request to send to peers; to be filled in before {@link #start}. */
  public PeerRequest request() {
    return fetches.calls().request();
  }

  /**
   * Begins to ask peers for what {@link #request} holds; {@link #addPeers} names them.
   *
   * @return the relay, or -1 when all are taken
   */
  public int start(int requester, int clientFd, long now) {
    now(now);
    if (!table.hasRoom()) {
      return -1;
    }
    Relay relay = table.claim(requester, clientFd, nowNs);
    relay.fetch = fetches.begin();
    relay.ownsLookup = true;
    return relay.index;
  }

  /** Whether another relay can start. */
  public boolean hasRoom() {
    return table.hasRoom();
  }

  /**
   * Joins a fetch of the same blob that still has, or will have, all that the client wants. {@link
   * #joined} is to follow at once.
   *
   * @param rangeOrNull null for the whole blob
   * @return the relay, or -1 when there is no such fetch, or all relays are taken
   */
  public int join(int requester, int clientFd, DigestKey digest, ByteRange rangeOrNull, long now) {
    now(now);
    Fetch fetch = !table.hasRoom() ? null : fetches.shared(digest, rangeOrNull);
    if (fetch == null) {
      return -1;
    }
    Relay relay = table.claim(requester, clientFd, nowNs);
    relay.fetch = fetch;
    relay.ownsLookup = false;
    fetch.relays++;
    if (fetch.headKnown) {
      relay.wants(rangeOrNull);
    }
    metrics.relayShared();
    return relay.index;
  }

  /** The listener is ready to hear of a relay that has joined a fetch. */
  public void joined(int index, long now) {
    now(now);
    if (table.get(index).fetch.headKnown) {
      answer(table.get(index));
    }
  }

  /**
   * Names peers that can be asked, in the order in which they have become known.
   *
   * @param memory holds {@code count} peers at {@code offset}, as in {@link ControlMessages#PEERS}
   */
  public void addPeers(int index, MemorySegment memory, long offset, int count, long now) {
    now(now);
    Fetch fetch = table.get(index).fetch;
    if (fetch != null) {
      fetches.addPeers(fetch, memory, offset, count, ControlMessages.PEER_BYTES);
    }
  }

  /**
   * No more peers will be named by the lookup that was made for this relay.
   *
   * @param othersMayHaveIt whether there may be some all the same
   */
  public void lookupEnded(int index, boolean othersMayHaveIt, long now) {
    now(now);
    Relay relay = table.get(index);
    if (relay.fetch != null && relay.ownsLookup) {
      fetches.lookupEnded(relay.fetch, othersMayHaveIt);
    }
  }

  /** To be called when what the router has said has been taken. */
  public void seek(long now) {
    now(now);
    fetches.seekAll();
  }

  /** The head for the client has been handed to the kernel: the body may follow. */
  public void headSent(int index, long now) {
    now(now);
    sends.begin(table.get(index), table.sharers());
  }

  /** Ends a relay early; the listener hears it when nothing is in flight any more. */
  public void abort(int index, int reason, long now) {
    now(now);
    end(table.get(index), reason);
  }

  /** Handles a completion of this component's operations. */
  public void onCompletion(int operation, int slot, int generation, int result, long now) {
    now(now);
    switch (operation) {
      case RelaySends.OP_SEND, RelaySends.OP_POLL -> {
        Relay relay = table.get(slot);
        if (generation != (relay.generation & UserData.MAX_GENERATION)) {
          return;
        }
        if (operation == RelaySends.OP_SEND) {
          sends.onSend(relay, result);
        } else {
          sends.onWritable(relay);
        }
      }
      case RelaySends.OP_CANCEL, Calls.OP_CANCEL, Calls.OP_CLOSE -> {}
      default -> {
        if (generation == (fetches.calls().get(slot).generation & UserData.MAX_GENERATION)) {
          fetches.onCompletion(operation, slot, result);
        }
      }
    }
  }

  /** Finds peers and clients that have stopped; to be called now and then. */
  public void tick(long now) {
    now(now);
    fetches.tick();
    for (Relay relay : table.all()) {
      if (relay.state == Relay.STREAMING) {
        sends.checkClient(relay);
      }
    }
  }

  /** Lets go of what is kept for relays to come; there will be none. */
  public void stop() {
    fetches.stop();
    piped.close();
  }

  /** Relays under way. */
  public int activeCount() {
    return table.activeCount();
  }

  RelayTable table() {
    return table;
  }

  private void now(long now) {
    nowNs = now;
    fetches.now(now);
    sends.now(now);
    piped.now(now);
  }

  @Override
  public void onFetchHead(Fetch fetch) {
    int generation = fetch.generation;
    for (Relay relay : table.all()) {
      if (relay.fetch == fetch && fetch.generation == generation) {
        relay.wantsAll();
        answer(relay);
      }
    }
  }

  private void answer(Relay relay) {
    Fetch fetch = relay.fetch;
    relay.state = Relay.ANSWERED;
    head.fill(relay, fetch);
    if (fetch.headOnly) {
      relay.end = relay.first;
    }
    listener.onRelayHead(relay.requester, head);
  }

  @Override
  public void onFetchBytes(Fetch fetch) {
    int generation = fetch.generation;
    for (Relay relay : table.all()) {
      if (relay.fetch == fetch && fetch.generation == generation) {
        sends.pump(relay);
      }
    }
    if (fetch.generation == generation) {
      fetches.bodies().receive(fetch);
    }
  }

  @Override
  public boolean onPeersWanted(Fetch fetch) {
    Relay relay = table.of(fetch);
    table.giveLookup(relay);
    PeerRequest.names(head.memory, fetch.requestOffset(), names);
    names.byDigest = fetch.byDigest;
    return listener.onPeersWanted(relay.requester, names);
  }

  @Override
  public void onFetchFailed(Fetch fetch) {
    int generation = fetch.generation;
    boolean undecided = fetch.candidates.undecided();
    for (Relay relay : table.all()) {
      if (relay.fetch != fetch || fetch.generation != generation) {
        continue;
      }
      if (relay.state == Relay.SEEKING) {
        int requester = relay.requester;
        leaveFetch(relay);
        free(relay);
        listener.onNoPeer(requester, undecided);
      } else {
        end(relay, AbortReason.PEER_FAILED);
      }
    }
  }

  /** Ends a relay as soon as nothing is in flight; {@code reason} may be {@link #COMPLETE}. */
  void end(Relay relay, int reason) {
    if (relay.state == Relay.ENDING) {
      return;
    }
    relay.state = Relay.ENDING;
    relay.endReason = reason;
    sends.cancel(relay);
    leaveFetch(relay);
    endIfQuiet(relay);
  }

  /** Gives blocks back that all clients of a fetch have got. */
  void trim(Fetch fetch) {
    long least = Long.MAX_VALUE;
    for (Relay relay : table.all()) {
      if (relay.fetch == fetch) {
        least = Math.min(least, relay.position);
      }
    }
    int before = fetch.window.count();
    fetch.window.trim(least);
    if (fetch.window.count() < before) {
      fetches.bodies().grantBlocks();
      fetches.bodies().receive(fetch);
    }
  }

  /** Takes no more from its fetch, which ends with its last relay. */
  void leaveFetch(Relay relay) {
    Fetch fetch = relay.fetch;
    if (fetch == null) {
      return;
    }
    loseLookup(relay);
    relay.fetch = null;
    fetch.relays--;
    if (fetch.relays == 0) {
      fetches.end(fetch);
    } else {
      trim(fetch);
    }
  }

  /** Without the one in whose name the router was asked, its further answers come to nobody. */
  void loseLookup(Relay relay) {
    if (relay.ownsLookup) {
      relay.ownsLookup = false;
      fetches.lookupEnded(relay.fetch, true);
    }
  }

  /** To be called when something that was in flight for a relay that ends has ended. */
  void endIfQuiet(Relay relay) {
    if (!relay.quiet()) {
      return;
    }
    int requester = relay.requester;
    int reason = relay.endReason;
    long durationNs = nowNs - relay.startedNs;
    long bytes = relay.end - relay.first;
    free(relay);
    if (reason == COMPLETE) {
      metrics.transferCompleted(durationNs, bytes);
      listener.onRelayComplete(requester);
    } else {
      metrics.transferAborted(reason);
      listener.onRelayAborted(requester, reason);
    }
  }

  private void free(Relay relay) {
    piped.release(relay);
    sendBuffers.giveBack(relay.clientFd, relay.grantedSendBuffer);
    relay.grantedSendBuffer = 0;
    table.free(relay);
  }
}
