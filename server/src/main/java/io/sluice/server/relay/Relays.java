package io.sluice.server.relay;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.control.ControlMessages;
import io.sluice.server.http.HeadScanner;
import io.sluice.server.http.PeerResponse;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.ByteSource;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.transfer.SendBudget;
import io.sluice.server.transfer.SocketControl;
import io.sluice.server.transfer.TransferBlocks;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * All relays of one loop. A relay asks one peer after the other until one answers well, then
 * receives into one block while another is sent, exactly as many bytes as the peer announced.
 * Relays have blocks of their own and take turns when they are scarce.
 */
public final class Relays {
  /** Operation codes of this component: 0x40 to 0x4f. */
  public static final int OPERATIONS = 0x40;

  /** Fixed memory for each relay: peers, the request, and the peer's response head. */
  public static final int SCRATCH_BYTES = 12 * 1024;

  private static final int OP_CONNECT = 0x40;
  private static final int OP_REQUEST = 0x41;
  private static final int OP_HEAD = 0x42;
  private static final int OP_RECEIVE = 0x43;
  private static final int OP_SEND = 0x44;
  private static final int OP_CLOSE = 0x45;
  private static final int OP_CANCEL = 0x46;

  private static final int PEERS_OFFSET = 0;
  private static final int REQUEST_OFFSET = 1024;
  private static final int HEAD_OFFSET = 4096;
  private static final int HEAD_BYTES = SCRATCH_BYTES - HEAD_OFFSET;
  private static final int AF_INET = 2;
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;
  private static final int MSG_MORE = 0x8000;

  private final Ring ring;
  private final SocketControl sockets;
  private final TransferBlocks blocks;
  private final SendBudget budget;
  private final int idleSendBufferBytes;
  private final MemorySegment scratch;
  private final RelayListener listener;
  private final LoopMetrics metrics;
  private final long progressTimeoutNs;
  private final Relay[] relays;
  private final int[] freeRelays;
  private final PeerRequest request = new PeerRequest();
  private final PeerResponse response = new PeerResponse();
  private final PeerAnswer answer = new PeerAnswer();
  private int freeCount;
  private int firstWaiting = -1;
  private int lastWaiting = -1;
  private long nowNs;

  /**
   * Creates the relays of a loop.
   *
   * @param blocks for relays only
   * @param budget shared with the loop's transfers
   * @param idleSendBufferBytes {@code SO_SNDBUF} of a connection without a relay
   * @param scratch {@link #SCRATCH_BYTES} for each relay
   * @param capacity relays at once
   * @param progressTimeoutNs a client that takes nothing for so long is disconnected
   */
  public Relays(
      Ring ring,
      SocketControl sockets,
      TransferBlocks blocks,
      SendBudget budget,
      int idleSendBufferBytes,
      MemorySegment scratch,
      RelayListener listener,
      LoopMetrics metrics,
      int capacity,
      long progressTimeoutNs) {
    this.ring = ring;
    this.sockets = sockets;
    this.blocks = blocks;
    this.budget = budget;
    this.idleSendBufferBytes = idleSendBufferBytes;
    this.scratch = scratch;
    this.listener = listener;
    this.metrics = metrics;
    this.progressTimeoutNs = progressTimeoutNs;
    this.relays = new Relay[capacity];
    this.freeRelays = new int[capacity];
    for (int i = capacity - 1; i >= 0; i--) {
      relays[i] = new Relay(i);
      freeRelays[freeCount++] = i;
    }
  }

  /** The request to send to peers; to be filled in before {@link #start}. */
  public PeerRequest request() {
    return request;
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
    relay.reported = false;
    relay.retrying = false;
    relay.queueCount = 0;
    relay.sentOfHead = 0;
    long bytes = (long) peerCount * ControlMessages.PEER_BYTES;
    MemorySegment.copy(peerMemory, offset, scratch, at(relay) + PEERS_OFFSET, bytes);
    request.store(scratch, at(relay) + REQUEST_OFFSET);
    connect(relay);
    return relay.index;
  }

  /** The head for the client has been handed to the kernel: the body may follow. */
  public void headSent(int index, long now) {
    nowNs = now;
    Relay relay = relays[index];
    relay.state = Relay.STREAMING;
    relay.peerSinceNs = now;
    relay.clientSinceNs = now;
    if (relay.toSend >= idleSendBufferBytes / 2) {
      relay.grantedSendBuffer = budget.take(activeCount());
      sockets.setSendBuffer(relay.clientFd, relay.grantedSendBuffer);
    }
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
      case OP_CONNECT -> onConnect(relay, result);
      case OP_REQUEST -> onRequestSent(relay, result);
      case OP_HEAD -> onHead(relay, result);
      case OP_RECEIVE -> onReceive(relay, result);
      case OP_SEND -> onSend(relay, result);
      default -> {}
    }
  }

  /** Finds peers and clients that have stopped; to be called now and then. */
  public void tick(long now) {
    nowNs = now;
    for (Relay relay : relays) {
      switch (relay.state) {
        case Relay.CONNECTING -> retryAfter(relay, Limits.PEER_CONNECT_TIMEOUT_NS);
        case Relay.REQUESTING, Relay.READING_HEAD -> retryAfter(relay, Limits.PEER_HEAD_TIMEOUT_NS);
        case Relay.STREAMING -> checkStreaming(relay);
        default -> {}
      }
    }
  }

  /** Relays under way. */
  public int activeCount() {
    return relays.length - freeCount;
  }

  private void retryAfter(Relay relay, long timeoutNs) {
    if (nowNs - relay.peerSinceNs >= timeoutNs) {
      tryNextPeer(relay);
    }
  }

  private void checkStreaming(Relay relay) {
    long clientLimitNs =
        firstWaiting >= 0 ? Limits.RELAY_STALL_UNDER_PRESSURE_NS : progressTimeoutNs;
    if (relay.sending && nowNs - relay.clientSinceNs > clientLimitNs) {
      end(relay, AbortReason.SLOW_CLIENT);
    } else if (relay.receiving && nowNs - relay.peerSinceNs > Limits.PEER_STALL_NS) {
      end(relay, AbortReason.PEER_FAILED);
    }
  }

  private void connect(Relay relay) {
    relay.state = Relay.CONNECTING;
    relay.peerSinceNs = nowNs;
    long peer = peerOffset(relay);
    int family = scratch.get(ValueLayout.JAVA_SHORT_UNALIGNED, peer);
    int fd = sockets.openTcp(family, Limits.PEER_RECEIVE_BUFFER_BYTES);
    if (fd < 0) {
      relay.peerSinceNs = nowNs - Limits.PEER_CONNECT_TIMEOUT_NS;
      return;
    }
    relay.peerFd = fd;
    relay.connecting = true;
    int length = family == AF_INET ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
    ring.connect(fd, scratch.address() + peer, length, userData(OP_CONNECT, relay));
  }

  private void onConnect(Relay relay, int result) {
    relay.connecting = false;
    if (goOn(relay)) {
      if (result < 0) {
        tryNextPeer(relay);
      } else {
        relay.state = Relay.REQUESTING;
        relay.peerSinceNs = nowNs;
        relay.requestSent = 0;
        long authority = peerOffset(relay) + ControlMessages.PEER_AUTHORITY;
        relay.requestLength =
            PeerRequest.complete(scratch, at(relay) + REQUEST_OFFSET, scratch, authority);
        sendRequest(relay);
      }
    }
  }

  private void sendRequest(Relay relay) {
    relay.sendingRequest = true;
    ring.send(
        relay.peerFd,
        scratch.address()
            + at(relay)
            + REQUEST_OFFSET
            + PeerRequest.TEXT_OFFSET
            + relay.requestSent,
        relay.requestLength - relay.requestSent,
        0,
        userData(OP_REQUEST, relay));
  }

  private void onRequestSent(Relay relay, int result) {
    relay.sendingRequest = false;
    if (!goOn(relay)) {
      return;
    }
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      sendRequest(relay);
    } else if (result <= 0) {
      tryNextPeer(relay);
    } else if (relay.requestSent + result < relay.requestLength) {
      relay.requestSent += result;
      sendRequest(relay);
    } else {
      relay.state = Relay.READING_HEAD;
      relay.headHave = 0;
      relay.headScanned = 0;
      receiveHead(relay);
    }
  }

  private void receiveHead(Relay relay) {
    relay.receiving = true;
    ring.recv(
        relay.peerFd,
        scratch.address() + at(relay) + HEAD_OFFSET + relay.headHave,
        HEAD_BYTES - relay.headHave,
        0,
        userData(OP_HEAD, relay));
  }

  private void onHead(Relay relay, int result) {
    relay.receiving = false;
    if (!goOn(relay)) {
      return;
    }
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      receiveHead(relay);
      return;
    }
    if (result <= 0) {
      tryNextPeer(relay);
      return;
    }
    relay.headHave += result;
    long start = at(relay) + HEAD_OFFSET;
    int length = HeadScanner.scan(scratch, start, relay.headHave, relay.headScanned);
    if (length == 0 && relay.headHave < HEAD_BYTES) {
      relay.headScanned = relay.headHave;
      receiveHead(relay);
    } else if (length <= 0 || !acceptable(relay, start, length)) {
      tryNextPeer(relay);
    } else {
      answered(relay, length);
    }
  }

  private boolean acceptable(Relay relay, long start, int length) {
    return response.parse(scratch, start, length)
        && answer.fits(response, scratch, at(relay) + REQUEST_OFFSET)
        && relay.headHave - length <= response.contentLength();
  }

  private void answered(Relay relay, int length) {
    relay.state = Relay.ANSWERED;
    relay.reported = true;
    boolean headOnly = PeerRequest.isHeadOnly(scratch, at(relay) + REQUEST_OFFSET);
    boolean bodyFollows = !headOnly && PeerAnswer.hasBody(response);
    long body = bodyFollows ? response.contentLength() : 0;
    relay.prefixOffset = HEAD_OFFSET + length;
    relay.prefixLength = bodyFollows ? relay.headHave - length : 0;
    relay.toReceive = body - relay.prefixLength;
    relay.toSend = body;
    listener.onPeerResponse(relay.requester, response, scratch);
  }

  private void pump(Relay relay) {
    if (relay.toSend == 0 && relay.quiet()) {
      end(relay, -1);
      return;
    }
    if (!relay.receiving && relay.toReceive > 0) {
      receive(relay);
    }
    send(relay);
  }

  private void receive(Relay relay) {
    if (relay.waiting || relay.queueCount == Relay.BLOCKS_MAX) {
      return;
    }
    boolean othersFirst = firstWaiting >= 0 && relay.queueCount > 0;
    int block = othersFirst ? -1 : blocks.acquire();
    if (block < 0) {
      waitForBlock(relay);
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
    if (!goOn(relay)) {
      return;
    }
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
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
      long address = scratch.address() + at(relay) + relay.prefixOffset;
      submitSend(relay, address, relay.prefixLength);
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
    if (!goOn(relay)) {
      return;
    }
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
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
        relay.sentOfHead += result;
        if (relay.sentOfHead == relay.filled[0]) {
          relay.sentOfHead = 0;
          releaseBlock(relay.popHead());
        }
      }
      pump(relay);
    }
  }

  /** Whether a completion is part of normal operation; otherwise it brings the end nearer. */
  private boolean goOn(Relay relay) {
    if (relay.state == Relay.ENDING) {
      endIfQuiet(relay);
      return false;
    }
    if (relay.retrying) {
      retryIfQuiet(relay);
      return false;
    }
    return true;
  }

  private void tryNextPeer(Relay relay) {
    if (!relay.retrying) {
      relay.retrying = true;
      cancelPending(relay);
    }
    retryIfQuiet(relay);
  }

  private void retryIfQuiet(Relay relay) {
    if (!relay.quiet()) {
      return;
    }
    relay.retrying = false;
    closePeer(relay);
    relay.peer++;
    if (relay.peer < relay.peerCount) {
      connect(relay);
    } else {
      noPeer(relay);
    }
  }

  private void noPeer(Relay relay) {
    int requester = relay.requester;
    free(relay);
    listener.onNoPeer(requester);
  }

  private void end(Relay relay, int reason) {
    if (relay.state == Relay.ENDING) {
      return;
    }
    relay.state = Relay.ENDING;
    relay.endReason = reason;
    stopWaiting(relay);
    cancelPending(relay);
    endIfQuiet(relay);
  }

  private void endIfQuiet(Relay relay) {
    if (!relay.quiet()) {
      return;
    }
    closePeer(relay);
    while (relay.queueCount > 0) {
      releaseBlock(relay.popHead());
    }
    int requester = relay.requester;
    int reason = relay.endReason;
    long durationNs = nowNs - relay.startedNs;
    free(relay);
    if (reason < 0) {
      metrics.transferCompleted(durationNs, 0);
      listener.onRelayComplete(requester);
    } else {
      metrics.transferAborted(reason);
      listener.onRelayAborted(requester, reason);
    }
  }

  private void free(Relay relay) {
    if (relay.grantedSendBuffer > 0) {
      budget.give(relay.grantedSendBuffer);
      relay.grantedSendBuffer = 0;
      sockets.setSendBuffer(relay.clientFd, idleSendBufferBytes);
    }
    relay.state = Relay.FREE;
    relay.generation++;
    freeRelays[freeCount++] = relay.index;
  }

  private void closePeer(Relay relay) {
    if (relay.peerFd >= 0) {
      ring.close(relay.peerFd, userData(OP_CLOSE, relay));
      relay.peerFd = -1;
    }
  }

  private void cancelPending(Relay relay) {
    cancelIf(relay.connecting, relay, OP_CONNECT);
    cancelIf(relay.sendingRequest, relay, OP_REQUEST);
    cancelIf(relay.sending, relay, OP_SEND);
    cancelIf(relay.receiving, relay, OP_HEAD);
    cancelIf(relay.receiving, relay, OP_RECEIVE);
  }

  private void cancelIf(boolean pending, Relay relay, int operation) {
    if (pending) {
      ring.cancel(userData(operation, relay), userData(OP_CANCEL, relay));
    }
  }

  private void releaseBlock(int block) {
    blocks.release(block);
    while (firstWaiting >= 0 && blocks.freeCount() > 0) {
      Relay relay = relays[firstWaiting];
      stopWaiting(relay);
      startReceive(relay, blocks.acquire());
    }
  }

  private void waitForBlock(Relay relay) {
    relay.waiting = true;
    relay.nextWaiting = -1;
    if (lastWaiting >= 0) {
      relays[lastWaiting].nextWaiting = relay.index;
    } else {
      firstWaiting = relay.index;
    }
    lastWaiting = relay.index;
    metrics.poolWait();
  }

  private void stopWaiting(Relay relay) {
    if (!relay.waiting) {
      return;
    }
    relay.waiting = false;
    int previous = -1;
    for (int at = firstWaiting; at != relay.index; at = relays[at].nextWaiting) {
      previous = at;
    }
    if (previous < 0) {
      firstWaiting = relay.nextWaiting;
    } else {
      relays[previous].nextWaiting = relay.nextWaiting;
    }
    if (lastWaiting == relay.index) {
      lastWaiting = previous;
    }
  }

  private long at(Relay relay) {
    return (long) relay.index * SCRATCH_BYTES;
  }

  private long peerOffset(Relay relay) {
    return at(relay) + PEERS_OFFSET + (long) relay.peer * ControlMessages.PEER_BYTES;
  }

  private static long userData(int operation, Relay relay) {
    return UserData.pack(operation, relay.generation, relay.index);
  }
}
