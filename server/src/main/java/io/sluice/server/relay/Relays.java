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
import io.sluice.server.transfer.WaitQueue;
import java.lang.foreign.MemorySegment;

/**
 * All relays of one loop. A relay asks one peer after the other until one answers well ({@link
 * PeerCalls}), then receives into one block while another is sent, exactly as many bytes as the
 * peer announced. Relays have blocks of their own and take turns when they are scarce.
 */
public final class Relays {
  /** Operation codes of this component: 0x40 to 0x4f. */
  public static final int OPERATIONS = 0x40;

  /** Fixed memory for each relay: peers, the request, and the peer's response head. */
  public static final int SCRATCH_BYTES = 12 * 1024;

  private static final int OP_RECEIVE = 0x48;
  private static final int OP_SEND = 0x49;
  private static final int OP_POLL = 0x4a;
  private static final int OP_CANCEL = 0x4b;
  private static final int POLLOUT = 4;
  private static final int MSG_MORE = 0x8000;
  private static final int REASON_COMPLETE = -1;

  private final Ring ring;
  private final SocketControl sockets;
  private final PeerCalls calls;
  private final TransferBlocks blocks;
  private final SendBuffers sendBuffers;
  private final RelayListener listener;
  private final LoopMetrics metrics;
  private final long progressTimeoutNs;
  private final Relay[] relays;
  private final int[] freeRelays;
  private final WaitQueue waiting;
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
      long progressTimeoutNs) {
    this.ring = ring;
    this.sockets = sockets;
    this.calls = new PeerCalls(ring, sockets, scratch);
    this.blocks = blocks;
    this.sendBuffers = sendBuffers;
    this.listener = listener;
    this.metrics = metrics;
    this.progressTimeoutNs = progressTimeoutNs;
    this.relays = new Relay[capacity];
    this.freeRelays = new int[capacity];
    this.waiting = new WaitQueue(capacity);
    for (int i = capacity - 1; i >= 0; i--) {
      relays[i] = new Relay(i);
      freeRelays[freeCount++] = i;
    }
  }

  /** The request to send to peers; to be filled in before {@link #start}. */
  public PeerRequest request() {
    return calls.request();
  }

  /**
   * Asks the given peers, one after the other, with what {@link #request} holds.
   *
   * @param peerMemory holds {@code peerCount} peers as in {@link ControlMessages#PEERS}
   * @return the relay, or -1 when all are taken
   */
  public int start(
      int requester, int clientFd, MemorySegment peerMemory, long offset, int peerCount, long now) {
    nowNs = now;
    if (freeCount == 0) {
      return -1;
    }
    Relay relay = relays[freeRelays[--freeCount]];
    relay.requester = requester;
    relay.clientFd = clientFd;
    relay.peer = 0;
    relay.peerCount = peerCount;
    relay.startedNs = now;
    relay.retrying = false;
    relay.queueCount = 0;
    relay.sentOfHead = 0;
    calls.begin(relay, peerMemory, offset, now);
    return relay.index;
  }

  /** The head for the client has been handed to the kernel: the body may follow. */
  public void headSent(int index, long now) {
    nowNs = now;
    Relay relay = relays[index];
    relay.state = Relay.STREAMING;
    relay.peerSinceNs = now;
    relay.clientSinceNs = now;
    relay.outstandingBytes = Integer.MAX_VALUE;
    relay.grantedSendBuffer = sendBuffers.grant(relay.clientFd, relay.toSend, activeCount());
    pump(relay);
  }

  /** Ends a relay early; the listener hears it when nothing is in flight any more. */
  public void abort(int index, int reason, long now) {
    nowNs = now;
    end(relays[index], reason);
  }

  /** Handles a completion of this component's operations. */
  public void onCompletion(int operation, int slot, int generation, int result, long now) {
    nowNs = now;
    Relay relay = relays[slot];
    if (generation != (relay.generation & UserData.MAX_GENERATION)) {
      return;
    }
    switch (operation) {
      case OP_RECEIVE -> onReceive(relay, result);
      case OP_SEND -> onSend(relay, result);
      case OP_POLL -> onDrained(relay);
      case OP_CANCEL, PeerCalls.OP_CANCEL, PeerCalls.OP_CLOSE -> {}
      default -> onCall(relay, calls.onCompletion(operation, relay, result, now));
    }
  }

  /** Finds peers and clients that have stopped; to be called now and then. */
  public void tick(long now) {
    nowNs = now;
    for (Relay relay : relays) {
      switch (relay.state) {
        case Relay.CONNECTING, Relay.REQUESTING, Relay.READING_HEAD ->
            onCall(relay, calls.tick(relay, now));
        case Relay.STREAMING -> checkStreaming(relay);
        default -> {}
      }
    }
  }

  /** Relays under way. */
  public int activeCount() {
    return relays.length - freeCount;
  }

  private void onCall(Relay relay, int outcome) {
    if (relay.state == Relay.ENDING) {
      endIfQuiet(relay);
    } else if (outcome == PeerCalls.ANSWERED) {
      listener.onPeerResponse(relay.requester, calls.response(), calls.memory());
    } else if (outcome == PeerCalls.EXHAUSTED) {
      int requester = relay.requester;
      free(relay);
      listener.onNoPeer(requester);
    }
  }

  private void checkStreaming(Relay relay) {
    long clientLimitNs =
        waiting.isEmpty() ? progressTimeoutNs : Limits.RELAY_STALL_UNDER_PRESSURE_NS;
    boolean clientBlocks = relay.sending || relay.draining;
    if (clientBlocks && nowNs - relay.clientSinceNs > clientLimitNs && !hasProgressed(relay)) {
      end(relay, AbortReason.SLOW_CLIENT);
    } else if (relay.receiving && nowNs - relay.peerSinceNs > Limits.PEER_STALL_NS) {
      end(relay, AbortReason.PEER_FAILED);
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

  private void pump(Relay relay) {
    if (relay.toSend == 0 && relay.quiet()) {
      drain(relay);
      return;
    }
    if (!relay.receiving && relay.toReceive > 0) {
      receive(relay);
    }
    send(relay);
  }

  /**
   * All bytes are with the kernel; the grant goes back to the budget when the kernel's memory does.
   */
  private void drain(Relay relay) {
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

  private void receive(Relay relay) {
    if (waiting.contains(relay.index) || relay.queueCount == Relay.BLOCKS_MAX) {
      return;
    }
    boolean othersFirst = !waiting.isEmpty() && relay.queueCount > 0;
    int block = othersFirst ? -1 : blocks.acquire();
    if (block < 0) {
      waiting.add(relay.index);
      metrics.poolWait();
    } else {
      startReceive(relay, block);
    }
  }

  private void startReceive(Relay relay, int block) {
    relay.queue[relay.queueCount] = block;
    relay.filled[relay.queueCount] = 0;
    relay.queueCount++;
    submitReceive(relay);
  }

  private void submitReceive(Relay relay) {
    int block = relay.queue[relay.queueCount - 1];
    relay.receiving = true;
    relay.peerSinceNs = nowNs;
    blocks.handOver(block, TransferBlocks.KERNEL_READ);
    int length = (int) Math.min(blocks.blockBytes(), relay.toReceive);
    ring.recv(relay.peerFd, blocks.address(block), length, 0, userData(OP_RECEIVE, relay));
  }

  private void onReceive(Relay relay, int result) {
    relay.receiving = false;
    int last = relay.queueCount - 1;
    blocks.takeBack(relay.queue[last], TransferBlocks.KERNEL_READ);
    if (relay.state == Relay.ENDING) {
      endIfQuiet(relay);
    } else if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      submitReceive(relay);
    } else if (result <= 0) {
      end(relay, AbortReason.PEER_FAILED);
    } else {
      relay.filled[last] = result;
      relay.toReceive -= result;
      pump(relay);
    }
  }

  private void send(Relay relay) {
    if (relay.sending || relay.state != Relay.STREAMING) {
      return;
    }
    if (relay.prefixLength > 0) {
      submitSend(relay, calls.prefixAddress(relay), relay.prefixLength);
    } else if (relay.queueCount > 0 && relay.filled[0] > 0) {
      int block = relay.queue[0];
      blocks.handOver(block, TransferBlocks.KERNEL_SEND);
      long address = blocks.address(block) + relay.sentOfHead;
      submitSend(relay, address, relay.filled[0] - relay.sentOfHead);
    }
  }

  private void submitSend(Relay relay, long address, int length) {
    relay.sending = true;
    relay.clientSinceNs = nowNs;
    int flags = length < relay.toSend ? MSG_MORE : 0;
    ring.send(relay.clientFd, address, length, flags, userData(OP_SEND, relay));
  }

  private void onSend(Relay relay, int result) {
    relay.sending = false;
    boolean fromPrefix = relay.prefixLength > 0;
    if (!fromPrefix) {
      blocks.takeBack(relay.queue[0], TransferBlocks.KERNEL_SEND);
    }
    if (relay.state == Relay.ENDING) {
      endIfQuiet(relay);
    } else if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      send(relay);
    } else if (result <= 0) {
      end(relay, AbortReason.CLIENT_GONE);
    } else {
      metrics.bytesServed(ByteSource.PEER, result);
      relay.toSend -= result;
      if (fromPrefix) {
        relay.prefixOffset += result;
        relay.prefixLength -= result;
      } else {
        sentOfBlock(relay, result);
      }
      pump(relay);
    }
  }

  private void sentOfBlock(Relay relay, int sent) {
    relay.sentOfHead += sent;
    if (relay.sentOfHead == relay.filled[0]) {
      relay.sentOfHead = 0;
      releaseBlock(relay.popHead());
    }
  }

  private void end(Relay relay, int reason) {
    if (relay.state == Relay.ENDING) {
      return;
    }
    relay.state = Relay.ENDING;
    relay.endReason = reason;
    waiting.remove(relay.index);
    calls.cancel(relay);
    cancelIf(relay.receiving, relay, OP_RECEIVE);
    cancelIf(relay.sending, relay, OP_SEND);
    cancelIf(relay.draining, relay, OP_POLL);
    endIfQuiet(relay);
  }

  private void endIfQuiet(Relay relay) {
    if (!relay.quiet()) {
      return;
    }
    calls.close(relay);
    while (relay.queueCount > 0) {
      releaseBlock(relay.popHead());
    }
    int requester = relay.requester;
    int reason = relay.endReason;
    long durationNs = nowNs - relay.startedNs;
    long bytes = relay.bodyBytes;
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

  private void releaseBlock(int block) {
    blocks.release(block);
    while (!waiting.isEmpty() && blocks.freeCount() > 0) {
      startReceive(relays[waiting.poll()], blocks.acquire());
    }
  }

  private static long userData(int operation, Relay relay) {
    return UserData.pack(operation, relay.generation, relay.index);
  }
}
