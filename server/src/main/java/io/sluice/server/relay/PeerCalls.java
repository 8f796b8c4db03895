package io.sluice.server.relay;

import io.sluice.linux.Errno;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.control.ControlMessages;
import io.sluice.server.http.HeadScanner;
import io.sluice.server.http.PeerResponse;
import io.sluice.server.transfer.SocketControl;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The first half of a relay: connects to one peer after the other and sends the request, until one
 * answers with a head that can be passed on. A peer that refuses, hangs or talks nonsense is left
 * for the next one.
 */
final class PeerCalls {
  static final int OP_CONNECT = 0x40;
  static final int OP_REQUEST = 0x41;
  static final int OP_HEAD = 0x42;
  static final int OP_CLOSE = 0x43;
  static final int OP_CANCEL = 0x44;

  /** No answer yet. */
  static final int PENDING = 0;

  /** A peer has answered; {@link #response} holds its head. */
  static final int ANSWERED = 1;

  /** There is no peer left to ask. */
  static final int EXHAUSTED = 2;

  private static final int PEERS_OFFSET = 0;
  private static final int REQUEST_OFFSET = 1024;
  private static final int HEAD_OFFSET = 4096;
  private static final int HEAD_BYTES = Relays.SCRATCH_BYTES - HEAD_OFFSET;
  private static final int AF_INET = 2;
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;

  private final Ring ring;
  private final SocketControl sockets;
  private final MemorySegment scratch;
  private final PeerRequest request = new PeerRequest();
  private final PeerResponse response = new PeerResponse();
  private final PeerAnswer answer = new PeerAnswer();
  private long nowNs;

  /** Creates the calls of a loop, with {@link Relays#SCRATCH_BYTES} of memory for each relay. */
  PeerCalls(Ring ring, SocketControl sockets, MemorySegment scratch) {
    this.ring = ring;
    this.sockets = sockets;
    this.scratch = scratch;
  }

  PeerRequest request() {
    return request;
  }

  /** The head that was answered last; its offsets refer to {@link #memory}. */
  PeerResponse response() {
    return response;
  }

  MemorySegment memory() {
    return scratch;
  }

  /** Native address of the bytes of the body that came along with the head. */
  long prefixAddress(Relay relay) {
    return scratch.address() + at(relay) + relay.prefixOffset;
  }

  /** Begins to ask the relay's peers. */
  void begin(Relay relay, MemorySegment peerMemory, long offset, long now) {
    nowNs = now;
    long bytes = (long) relay.peerCount * ControlMessages.PEER_BYTES;
    MemorySegment.copy(peerMemory, offset, scratch, at(relay) + PEERS_OFFSET, bytes);
    request.store(scratch, at(relay) + REQUEST_OFFSET);
    connect(relay);
  }

  /** Handles a completion of one of the calls' operations; returns how the call stands. */
  int onCompletion(int operation, Relay relay, int result, long now) {
    nowNs = now;
    switch (operation) {
      case OP_CONNECT -> relay.connecting = false;
      case OP_REQUEST -> relay.sendingRequest = false;
      case OP_HEAD -> relay.receiving = false;
      default -> {
        return PENDING;
      }
    }
    if (relay.state == Relay.ENDING) {
      return PENDING;
    }
    if (relay.retrying) {
      return retryIfQuiet(relay);
    }
    return switch (operation) {
      case OP_CONNECT -> onConnect(relay, result);
      case OP_REQUEST -> onRequestSent(relay, result);
      default -> onHead(relay, result);
    };
  }

  /** Leaves a peer that takes too long. */
  int tick(Relay relay, long now) {
    nowNs = now;
    long timeoutNs =
        relay.state == Relay.CONNECTING
            ? Limits.PEER_CONNECT_TIMEOUT_NS
            : Limits.PEER_HEAD_TIMEOUT_NS;
    return now - relay.peerSinceNs >= timeoutNs ? tryNextPeer(relay) : PENDING;
  }

  /** Asks what is in flight for the call to end. */
  void cancel(Relay relay) {
    cancelIf(relay.connecting, relay, OP_CONNECT);
    cancelIf(relay.sendingRequest, relay, OP_REQUEST);
    cancelIf(relay.receiving, relay, OP_HEAD);
  }

  /** Closes the connection to the peer, when nothing of the call is in flight. */
  void close(Relay relay) {
    if (relay.peerFd >= 0) {
      ring.close(relay.peerFd, userData(OP_CLOSE, relay));
      relay.peerFd = -1;
    }
  }

  private void connect(Relay relay) {
    relay.state = Relay.CONNECTING;
    relay.peerSinceNs = nowNs;
    long peer = peerOffset(relay);
    int family = scratch.get(ValueLayout.JAVA_SHORT_UNALIGNED, peer);
    int fd = sockets.openTcp(family, Limits.PEER_RECEIVE_BUFFER_BYTES);
    if (fd < 0) {
      // The next tick finds that this peer took too long.
      relay.peerSinceNs = nowNs - Limits.PEER_CONNECT_TIMEOUT_NS;
      return;
    }
    relay.peerFd = fd;
    relay.connecting = true;
    int length = family == AF_INET ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
    ring.connect(fd, scratch.address() + peer, length, userData(OP_CONNECT, relay));
  }

  private int onConnect(Relay relay, int result) {
    if (result < 0) {
      return tryNextPeer(relay);
    }
    relay.state = Relay.REQUESTING;
    relay.peerSinceNs = nowNs;
    relay.requestSent = 0;
    long authority = peerOffset(relay) + ControlMessages.PEER_AUTHORITY;
    relay.requestLength =
        PeerRequest.complete(scratch, at(relay) + REQUEST_OFFSET, scratch, authority);
    sendRequest(relay);
    return PENDING;
  }

  private void sendRequest(Relay relay) {
    relay.sendingRequest = true;
    long text = at(relay) + REQUEST_OFFSET + PeerRequest.TEXT_OFFSET;
    ring.send(
        relay.peerFd,
        scratch.address() + text + relay.requestSent,
        relay.requestLength - relay.requestSent,
        0,
        userData(OP_REQUEST, relay));
  }

  private int onRequestSent(Relay relay, int result) {
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      sendRequest(relay);
    } else if (result <= 0) {
      return tryNextPeer(relay);
    } else if (relay.requestSent + result < relay.requestLength) {
      relay.requestSent += result;
      sendRequest(relay);
    } else {
      relay.state = Relay.READING_HEAD;
      relay.headHave = 0;
      relay.headScanned = 0;
      receiveHead(relay);
    }
    return PENDING;
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

  private int onHead(Relay relay, int result) {
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      receiveHead(relay);
      return PENDING;
    }
    if (result <= 0) {
      return tryNextPeer(relay);
    }
    relay.headHave += result;
    long start = at(relay) + HEAD_OFFSET;
    int length = HeadScanner.scan(scratch, start, relay.headHave, relay.headScanned);
    if (length == 0 && relay.headHave < HEAD_BYTES) {
      relay.headScanned = relay.headHave;
      receiveHead(relay);
      return PENDING;
    }
    if (length <= 0 || !acceptable(relay, start, length)) {
      return tryNextPeer(relay);
    }
    answered(relay, length);
    return ANSWERED;
  }

  private boolean acceptable(Relay relay, long start, int length) {
    return response.parse(scratch, start, length)
        && answer.fits(response, scratch, at(relay) + REQUEST_OFFSET)
        && relay.headHave - length <= response.contentLength();
  }

  private void answered(Relay relay, int length) {
    relay.state = Relay.ANSWERED;
    boolean headOnly = PeerRequest.isHeadOnly(scratch, at(relay) + REQUEST_OFFSET);
    boolean bodyFollows = !headOnly && PeerAnswer.hasBody(response);
    long body = bodyFollows ? response.contentLength() : 0;
    relay.prefixOffset = HEAD_OFFSET + length;
    relay.prefixLength = bodyFollows ? relay.headHave - length : 0;
    relay.bodyBytes = body;
    relay.toReceive = body - relay.prefixLength;
    relay.toSend = body;
  }

  private int tryNextPeer(Relay relay) {
    if (!relay.retrying) {
      relay.retrying = true;
      cancel(relay);
    }
    return retryIfQuiet(relay);
  }

  private int retryIfQuiet(Relay relay) {
    if (!relay.quiet()) {
      return PENDING;
    }
    relay.retrying = false;
    close(relay);
    relay.peer++;
    if (relay.peer == relay.peerCount) {
      return EXHAUSTED;
    }
    connect(relay);
    return PENDING;
  }

  private void cancelIf(boolean pending, Relay relay, int operation) {
    if (pending) {
      ring.cancel(userData(operation, relay), userData(OP_CANCEL, relay));
    }
  }

  private static long at(Relay relay) {
    return (long) relay.index * Relays.SCRATCH_BYTES;
  }

  private static long peerOffset(Relay relay) {
    return at(relay) + PEERS_OFFSET + (long) relay.peer * ControlMessages.PEER_BYTES;
  }

  private static long userData(int operation, Relay relay) {
    return UserData.pack(operation, relay.generation, relay.index);
  }
}
