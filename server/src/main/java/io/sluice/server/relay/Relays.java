package io.sluice.server.relay;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.control.ControlMessages;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.ByteSource;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.SendBuffers;
import io.sluice.server.transfer.SocketControl;
import io.sluice.server.transfer.TransferBlocks;
import java.lang.foreign.MemorySegment;

/**
 * All relays of one loop: each passes what its fetch receives on to one client, exactly as many
 * bytes as the head has announced. {@link Fetches} sees to it that the bytes come, from whichever
 * peer.
 */
public final class Relays implements FetchListener {
  /** Operation codes of this component: 0x40 to 0x4f. */
  public static final int OPERATIONS = 0x40;

  /** Calls for each relay: some race, some have lost and are about to end. */
  private static final int CALLS_PER_RELAY = 3;

  /** Fixed memory for each relay: peers, the request, and the heads of peers' answers. */
  public static final int SCRATCH_BYTES =
      Fetch.SCRATCH_BYTES + CALLS_PER_RELAY * Calls.SCRATCH_BYTES;

  private static final int OP_SEND = 0x48;
  private static final int OP_POLL = 0x49;
  private static final int OP_CANCEL = 0x4a;
  private static final int POLLOUT = 4;
  private static final int MSG_MORE = 0x8000;
  private static final int REASON_COMPLETE = -1;

  private final Ring ring;
  private final SocketControl sockets;
  private final Fetches fetches;
  private final TransferBlocks blocks;
  private final SendBuffers sendBuffers;
  private final RelayListener listener;
  private final LoopMetrics metrics;
  private final long progressTimeoutNs;
  private final RelayHead head = new RelayHead();
  private final Relay[] relays;
  private final int[] freeRelays;
  private int freeCount;
  private long nowNs;

  /**
   * Creates the relays of a loop.
   *
   * @param blocks for relays only
   * @param sendBuffers shared with the loop's transfers
   * @param scratch {@link #SCRATCH_BYTES} for each relay
   * @param capacity relays at once
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
      int capacity,
      long progressTimeoutNs,
      long peerStallNs) {
    this.ring = ring;
    this.sockets = sockets;
    this.blocks = blocks;
    this.sendBuffers = sendBuffers;
    this.listener = listener;
    this.metrics = metrics;
    this.progressTimeoutNs = progressTimeoutNs;
    this.fetches =
        new Fetches(
            ring,
            sockets,
            blocks,
            scratch,
            this,
            metrics,
            capacity,
            capacity * CALLS_PER_RELAY,
            peerStallNs);
    head.memory = scratch;
    this.relays = new Relay[capacity];
    this.freeRelays = new int[capacity];
    for (int i = capacity - 1; i >= 0; i--) {
      relays[i] = new Relay(i);
      freeRelays[freeCount++] = i;
    }
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
    if (freeCount == 0) {
      return -1;
    }
    Relay relay = relays[freeRelays[--freeCount]];
    relay.state = Relay.SEEKING;
    relay.requester = requester;
    relay.clientFd = clientFd;
    relay.startedNs = now;
    relay.position = 0;
    relay.fetch = fetches.begin();
    return relay.index;
  }

  /**
   * Names peers that can be asked, in the order in which they have become known.
   *
   * @param memory holds {@code count} peers at {@code offset}, as in {@link ControlMessages#PEERS}
   */
  public void addPeers(int index, MemorySegment memory, long offset, int count, long now) {
    now(now);
    Fetch fetch = relays[index].fetch;
    if (fetch != null) {
      fetches.addPeers(fetch, memory, offset, count, ControlMessages.PEER_BYTES);
    }
  }

  /** No more peers will be named. */
  public void lookupEnded(int index, long now) {
    now(now);
    Fetch fetch = relays[index].fetch;
    if (fetch != null) {
      fetches.lookupEnded(fetch);
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
    Relay relay = relays[index];
    relay.state = Relay.STREAMING;
    relay.clientSinceNs = now;
    relay.outstandingBytes = Integer.MAX_VALUE;
    long bytes = relay.end - relay.position;
    relay.grantedSendBuffer = sendBuffers.grant(relay.clientFd, bytes, activeCount());
    pump(relay);
  }

  /** Ends a relay early; the listener hears it when nothing is in flight any more. */
  public void abort(int index, int reason, long now) {
    now(now);
    end(relays[index], reason);
  }

  /** Handles a completion of this component's operations. */
  public void onCompletion(int operation, int slot, int generation, int result, long now) {
    now(now);
    switch (operation) {
      case OP_SEND, OP_POLL -> {
        Relay relay = relays[slot];
        if (generation != (relay.generation & UserData.MAX_GENERATION)) {
          return;
        }
        if (operation == OP_SEND) {
          onSend(relay, result);
        } else {
          onDrained(relay);
        }
      }
      case OP_CANCEL, Calls.OP_CANCEL, Calls.OP_CLOSE -> {}
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
    for (Relay relay : relays) {
      if (relay.state == Relay.STREAMING) {
        checkClient(relay);
      }
    }
  }

  /** Lets go of what is kept for relays to come; there will be none. */
  public void stop() {
    fetches.stop();
  }

  /** Relays under way. */
  public int activeCount() {
    return relays.length - freeCount;
  }

  private void now(long now) {
    nowNs = now;
    fetches.now(now);
  }

  @Override
  public void onFetchHead(Fetch fetch) {
    int generation = fetch.generation;
    for (Relay relay : relays) {
      if (relay.fetch == fetch && fetch.generation == generation) {
        answer(relay);
      }
    }
  }

  private void answer(Relay relay) {
    Fetch fetch = relay.fetch;
    relay.state = Relay.ANSWERED;
    relay.first = fetch.first;
    relay.position = fetch.first;
    relay.end = fetch.headOnly ? fetch.first : fetch.end;
    head.status = fetch.status;
    head.first = fetch.first;
    head.end = fetch.end;
    head.sizeBytes = fetch.sizeBytes;
    head.contentTypeOffset = fetch.contentTypeOffset();
    head.contentTypeLength = fetch.contentTypeLength;
    head.digest.copyFrom(fetch.digest);
    listener.onRelayHead(relay.requester, head);
  }

  @Override
  public void onFetchBytes(Fetch fetch) {
    int generation = fetch.generation;
    for (Relay relay : relays) {
      if (relay.fetch == fetch && fetch.generation == generation) {
        pump(relay);
      }
    }
    if (fetch.generation == generation) {
      fetches.receive(fetch);
    }
  }

  @Override
  public void onFetchFailed(Fetch fetch) {
    int generation = fetch.generation;
    boolean busy = Fetches.anyBusy(fetch);
    for (Relay relay : relays) {
      if (relay.fetch != fetch || fetch.generation != generation) {
        continue;
      }
      if (relay.state == Relay.SEEKING) {
        int requester = relay.requester;
        leaveFetch(relay);
        free(relay);
        listener.onNoPeer(requester, busy);
      } else {
        end(relay, AbortReason.PEER_FAILED);
      }
    }
  }

  private void checkClient(Relay relay) {
    long limitNs =
        fetches.blocksScarce() ? Limits.RELAY_STALL_UNDER_PRESSURE_NS : progressTimeoutNs;
    boolean blocked = relay.sending || relay.draining;
    if (blocked && nowNs - relay.clientSinceNs > limitNs && !hasProgressed(relay)) {
      end(relay, AbortReason.SLOW_CLIENT);
    }
  }

  /** Whether the client has acknowledged anything since it was last looked at. */
  private boolean hasProgressed(Relay relay) {
    int outstanding = sockets.outstandingBytes(relay.clientFd);
    boolean progressed = outstanding < relay.outstandingBytes;
    relay.outstandingBytes = outstanding;
    if (progressed) {
      relay.clientSinceNs = nowNs;
    }
    return progressed;
  }

  /** Sends what can be sent, or sees to it that there will be something. */
  private void pump(Relay relay) {
    if (relay.state != Relay.STREAMING || !relay.quiet()) {
      return;
    }
    if (relay.position == relay.end) {
      drain(relay);
      return;
    }
    Fetch fetch = relay.fetch;
    int place = fetch.window.find(relay.position);
    if (place == FetchWindow.NONE) {
      fetches.receive(fetch);
    } else {
      send(relay, fetch.window, place);
    }
  }

  private void send(Relay relay, FetchWindow window, int place) {
    int block = window.block(place);
    long end = Math.min(window.end(place), relay.end);
    long address = blocks.address(block) + (relay.position - window.begin(place));
    int length = (int) (end - relay.position);
    relay.sending = true;
    relay.sendBlock = block;
    relay.clientSinceNs = nowNs;
    blocks.handOver(block, TransferBlocks.KERNEL_SEND);
    int flags = end < relay.end ? MSG_MORE : 0;
    ring.send(relay.clientFd, address, length, flags, userData(OP_SEND, relay));
  }

  private void onSend(Relay relay, int result) {
    relay.sending = false;
    boolean freed = blocks.takeBack(relay.sendBlock, TransferBlocks.KERNEL_SEND);
    relay.sendBlock = Relay.NO_BLOCK;
    if (freed) {
      fetches.grantBlocks();
    }
    if (relay.state == Relay.ENDING) {
      endIfQuiet(relay);
    } else if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      pump(relay);
    } else if (result <= 0) {
      end(relay, AbortReason.CLIENT_GONE);
    } else {
      metrics.bytesServed(ByteSource.PEER, result);
      relay.position += result;
      trim(relay.fetch);
      pump(relay);
    }
  }

  /** Gives blocks back that all clients of a fetch have got. */
  private void trim(Fetch fetch) {
    long least = Long.MAX_VALUE;
    for (Relay relay : relays) {
      if (relay.fetch == fetch) {
        least = Math.min(least, relay.position);
      }
    }
    int before = fetch.window.count();
    fetch.window.trim(least);
    if (fetch.window.count() < before) {
      fetches.grantBlocks();
      fetches.receive(fetch);
    }
  }

  /**
   * All bytes are with the kernel; the grant goes back to the budget when the kernel's memory does.
   */
  private void drain(Relay relay) {
    leaveFetch(relay);
    if (sendBuffers.drained(relay.clientFd, relay.grantedSendBuffer)) {
      end(relay, REASON_COMPLETE);
    } else {
      relay.draining = true;
      relay.clientSinceNs = nowNs;
      ring.pollAdd(relay.clientFd, POLLOUT, userData(OP_POLL, relay));
    }
  }

  private void onDrained(Relay relay) {
    relay.draining = false;
    if (relay.state == Relay.ENDING) {
      endIfQuiet(relay);
    } else {
      end(relay, REASON_COMPLETE);
    }
  }

  private void end(Relay relay, int reason) {
    if (relay.state == Relay.ENDING) {
      return;
    }
    relay.state = Relay.ENDING;
    relay.endReason = reason;
    cancelIf(relay.sending, relay, OP_SEND);
    cancelIf(relay.draining, relay, OP_POLL);
    leaveFetch(relay);
    endIfQuiet(relay);
  }

  private void leaveFetch(Relay relay) {
    Fetch fetch = relay.fetch;
    if (fetch == null) {
      return;
    }
    relay.fetch = null;
    fetch.relays--;
    if (fetch.relays == 0) {
      fetches.end(fetch);
    } else {
      trim(fetch);
    }
  }

  private void endIfQuiet(Relay relay) {
    if (!relay.quiet()) {
      return;
    }
    int requester = relay.requester;
    int reason = relay.endReason;
    long durationNs = nowNs - relay.startedNs;
    long bytes = relay.end - relay.first;
    free(relay);
    if (reason == REASON_COMPLETE) {
      metrics.transferCompleted(durationNs, bytes);
      listener.onRelayComplete(requester);
    } else {
      metrics.transferAborted(reason);
      listener.onRelayAborted(requester, reason);
    }
  }

  private void free(Relay relay) {
    sendBuffers.giveBack(relay.clientFd, relay.grantedSendBuffer);
    relay.grantedSendBuffer = 0;
    relay.state = Relay.FREE;
    relay.generation++;
    freeRelays[freeCount++] = relay.index;
  }

  private void cancelIf(boolean pending, Relay relay, int operation) {
    if (pending) {
      ring.cancel(userData(operation, relay), userData(OP_CANCEL, relay));
    }
  }

  private static long userData(int operation, Relay relay) {
    return UserData.pack(operation, relay.generation, relay.index);
  }
}
