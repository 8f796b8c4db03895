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

/**
 * All calls of one loop to peers: connects, or takes a connection that is idle, sends the request,
 * and reads the head of the answer. A peer that refuses, hangs or talks nonsense has failed, and
 * its call is over; the body of a good answer is for {@link Fetches} to receive.
 */
final class Calls {
  static final int OP_CONNECT = 0x40;
  static final int OP_REQUEST = 0x41;
  static final int OP_HEAD = 0x42;
  static final int OP_RECEIVE = 0x43;
  static final int OP_CLOSE = 0x44;
  static final int OP_CANCEL = 0x45;
  static final int OP_READABLE = 0x46;

  private static final int POLLIN = 1;

  /** A receive waits until so large a part of {@code SO_RCVBUF}, which is doubled, is full. */
  private static final int LOW_WATER_QUARTERS = 3;

  /** Fixed memory of each call: the request, then the head of the answer. */
  static final int SCRATCH_BYTES = 8192;

  private final Ring ring;
  private final PeerSockets sockets;
  private final MemorySegment memory;
  private final long memoryOffset;
  private final PeerScores scores;
  private final CallListener listener;
  private final long stallNs;
  private final PeerRequest request = new PeerRequest();
  private final PeerResponse response = new PeerResponse();
  private final PeerAnswer answer = new PeerAnswer();
  private final CallTable table;
  private int refusal;
  private long nowNs;

  /**
   * Creates the calls of a loop.
   *
   * @param budget what the kernel may keep of what peers send
   * @param memory has {@link #SCRATCH_BYTES} for each call at {@code memoryOffset}
   * @param stallNs how long a peer may take to go on with what another one has begun
   */
  Calls(
      Ring ring,
      SocketControl sockets,
      MemorySegment memory,
      long memoryOffset,
      int capacity,
      PeerScores scores,
      CallListener listener,
      ReceiveBudget budget,
      long stallNs) {
    this.ring = ring;
    this.sockets = new PeerSockets(ring, sockets, budget);
    this.memory = memory;
    this.memoryOffset = memoryOffset;
    this.scores = scores;
    this.listener = listener;
    this.stallNs = stallNs;
    this.table = new CallTable(capacity);
  }

  void now(long now) {
    nowNs = now;
  }

  /** The request to send to peers; to be filled in before a fetch begins. */
  PeerRequest request() {
    return request;
  }

  /** The head that was answered last; its offsets refer to the calls' memory. */
  PeerResponse response() {
    return response;
  }

  Call get(int index) {
    return table.all()[index];
  }

  /**
   * Calls a peer.
   *
   * @param candidate number of the peer among those of the fetch
   * @return null when that is not possible now; {@link #refusal} says how the peer has failed
   */
  Call open(Fetch fetch, int candidate) {
    refusal = Failure.OURS;
    Call call = table.next();
    if (call == null) {
      return null;
    }
    call.address.read(memory, fetch.peerOffset(candidate));
    int error = sockets.take(call, fetch.racing > 0);
    if (error != 0) {
      refusal = error == -Errno.EAFNOSUPPORT ? Failure.UNREACHABLE : Failure.OURS;
      return null;
    }
    table.claim(call);
    call.begin(fetch, candidate, nowNs);
    call.score = scores.begin(call.address, nowNs);
    if (call.reused) {
      beginRequest(call);
    } else {
      connect(call);
    }
    return call;
  }

  /** How the peer has failed that {@link #open} could not call. */
  int refusal() {
    return refusal;
  }

  private void connect(Call call) {
    call.state = Call.CONNECTING;
    call.connecting = true;
    // The fetch may end, and its memory be used again, before the kernel has read the address.
    int length = call.address.length();
    long at = at(call);
    MemorySegment.copy(memory, call.fetch.peerOffset(call.candidate), memory, at, length);
    ring.connect(call.fd, memory.address() + at, length, userData(OP_CONNECT, call));
  }

  /** Handles a completion of one of the calls' operations, but for the receiving of bodies. */
  void onCompletion(int operation, Call call, int result) {
    switch (operation) {
      case OP_CONNECT -> call.connecting = false;
      case OP_REQUEST -> call.sendingRequest = false;
      case OP_HEAD -> call.receiving = false;
      default -> {
        return;
      }
    }
    if (call.state == Call.CLOSING) {
      closeIfQuiet(call);
      return;
    }
    switch (operation) {
      case OP_CONNECT -> onConnect(call, result);
      case OP_REQUEST -> onRequestSent(call, result);
      default -> onHead(call, result);
    }
  }

  /** Leaves peers that take too long, and connections that nobody needs. */
  void tick() {
    sockets.expire(nowNs);
    for (Call call : table.all()) {
      long limitNs =
          switch (call.state) {
            case Call.CONNECTING -> Limits.PEER_CONNECT_TIMEOUT_NS;
            case Call.REQUESTING, Call.READING_HEAD ->
                call.fetch.headKnown ? stallNs : Limits.PEER_HEAD_TIMEOUT_NS;
            default -> Long.MAX_VALUE;
          };
      if (nowNs - call.sinceNs >= limitNs) {
        fail(call, Failure.TIMED_OUT);
      }
    }
  }

  /** Closes idle connections, for good. */
  void stop() {
    sockets.stop();
  }

  private void onConnect(Call call, int result) {
    if (result == 0) {
      beginRequest(call);
    } else {
      fail(call, result == -Errno.ETIMEDOUT ? Failure.TIMED_OUT : Failure.UNREACHABLE);
    }
  }

  private void beginRequest(Call call) {
    Fetch fetch = call.fetch;
    call.state = Call.REQUESTING;
    call.sinceNs = nowNs;
    call.requestSent = 0;
    call.headHave = 0;
    call.headScanned = 0;
    call.keepAlive = false;
    long stored = fetch.requestOffset();
    long authority = fetch.peerOffset(call.candidate) + ControlMessages.PEER_AUTHORITY;
    long at = at(call);
    if (!fetch.headKnown) {
      call.requestLength = request.write(memory, stored, at, authority);
    } else if (fetch.manifest) {
      call.requestLength = request.writeWhole(memory, stored, at, authority);
    } else {
      call.requestLength =
          request.write(memory, stored, at, authority, fetch.received, fetch.end - 1);
    }
    sendRequest(call);
  }

  private void sendRequest(Call call) {
    call.sendingRequest = true;
    ring.send(
        call.fd,
        memory.address() + at(call) + call.requestSent,
        call.requestLength - call.requestSent,
        0,
        userData(OP_REQUEST, call));
  }

  private void onRequestSent(Call call, int result) {
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      sendRequest(call);
    } else if (result <= 0) {
      fail(call, Failure.RESET);
    } else if (call.requestSent + result < call.requestLength) {
      call.requestSent += result;
      sendRequest(call);
    } else {
      call.state = Call.READING_HEAD;
      receiveHead(call);
    }
  }

  private void receiveHead(Call call) {
    call.receiving = true;
    ring.recv(
        call.fd,
        memory.address() + at(call) + call.headHave,
        SCRATCH_BYTES - call.headHave,
        0,
        userData(OP_HEAD, call));
  }

  private void onHead(Call call, int result) {
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      receiveHead(call);
      return;
    }
    if (result <= 0) {
      fail(call, Failure.RESET);
      return;
    }
    call.headHave += result;
    long start = at(call);
    int length = HeadScanner.scan(memory, start, call.headHave, call.headScanned);
    if (length == 0 && call.headHave < SCRATCH_BYTES) {
      call.headScanned = call.headHave;
      receiveHead(call);
    } else if (length <= 0 || !response.parse(memory, start, length)) {
      fail(call, Failure.LIED);
    } else {
      onAnswer(call, length);
    }
  }

  private void onAnswer(Call call, int headLength) {
    Fetch fetch = call.fetch;
    int failure = answer.judge(response, memory, fetch);
    long body = fetch.headOnly ? 0 : Math.max(0, response.contentLength());
    int prefix = call.headHave - headLength;
    boolean relayed = failure == Failure.NONE && PeerAnswer.hasContent(response);
    call.keepAlive = response.keepAlive() && (relayed || prefix == body);
    if (failure == Failure.NONE && prefix > body) {
      failure = Failure.LIED;
    }
    if (failure != Failure.NONE) {
      fail(call, failure);
      return;
    }
    call.state = Call.ANSWERED;
    call.prefixOffset = headLength;
    call.prefixLength = relayed ? prefix : 0;
    call.toReceive = relayed ? body : 0;
    call.toSkip = fetch.headKnown ? answer.toSkip(response, fetch) : 0;
    sockets.won(call);
    listener.onAnswer(call);
  }

  /** The peer has failed: the call is over, and its fetch hears of it. */
  void fail(Call call, int failure) {
    boolean stale = call.reused && call.headHave == 0 && failure == Failure.RESET;
    if (stale && call.state != Call.ANSWERED) {
      // The peer has closed the idle connection; that says nothing about it.
      if (sockets.replace(call) == 0) {
        call.sinceNs = nowNs;
        connect(call);
        return;
      }
    }
    Fetch fetch = call.fetch;
    int candidate = call.candidate;
    scores.failed(call.score, failure, nowNs);
    if (failure == Failure.NOT_FOUND || failure == Failure.BUSY) {
      finish(call);
    } else {
      sockets.forget(call);
      call.keepAlive = false;
      drop(call);
    }
    listener.onFailure(fetch, call, candidate, failure);
  }

  /** The whole answer has been received: its connection can be used again, or closes. */
  void finish(Call call) {
    if (call.keepAlive) {
      sockets.keep(call, nowNs);
    }
    drop(call);
  }

  /** Nobody waits for the call any more: it ends as soon as nothing of it is in flight. */
  void drop(Call call) {
    if (call.state == Call.FREE || call.state == Call.CLOSING) {
      return;
    }
    scores.sent(call.score, call.bodyBytes, call.waitedNs);
    scores.end(call.score);
    sockets.leave(call);
    call.fetch = null;
    call.state = Call.CLOSING;
    cancelIf(call.connecting, call, OP_CONNECT);
    cancelIf(call.sendingRequest, call, OP_REQUEST);
    int receive = call.block == Call.NO_BLOCK ? OP_HEAD : OP_RECEIVE;
    cancelIf(call.receiving, call, call.polling ? OP_READABLE : receive);
    closeIfQuiet(call);
  }

  /** To be called whenever something that was in flight for a closing call has ended. */
  void closeIfQuiet(Call call) {
    if (!call.quiet()) {
      return;
    }
    sockets.close(call);
    table.free(call);
  }

  /** Where the bytes of the body are that came along with the head. */
  long prefixOffset(Call call) {
    return at(call) + call.prefixOffset;
  }

  /** The same as an address. */
  long prefixAddress(Call call) {
    return memory.address() + prefixOffset(call);
  }

  /** Receives a piece of the body into memory that is the call's until it completes. */
  void receive(Call call, long address, int length) {
    beginReceive(call, length);
    ring.recv(call.fd, address, length, 0, userData(OP_RECEIVE, call));
  }

  /** Waits until a piece of the body can be received, {@code length} bytes at best. */
  void awaitReadable(Call call, int length) {
    beginReceive(call, length);
    call.polling = true;
    ring.pollAdd(call.fd, POLLIN, userData(OP_READABLE, call));
  }

  private void beginReceive(Call call, int length) {
    call.receiving = true;
    call.sinceNs = nowNs;
    call.trickles = false;
    int mark = call.receiveBufferBytes / 4 * LOW_WATER_QUARTERS;
    sockets.lowWater(call, call.toReceive < 2L * length ? 1 : Math.min(mark, length));
  }

  /** The peer takes its time: the present receive is to wait for nothing but the next byte. */
  void trickles(Call call) {
    call.trickles = true;
    sockets.lowWater(call, 1);
  }

  private void cancelIf(boolean pending, Call call, int operation) {
    if (pending) {
      ring.cancel(userData(operation, call), userData(OP_CANCEL, call));
    }
  }

  private long at(Call call) {
    return memoryOffset + (long) call.index * SCRATCH_BYTES;
  }

  private static long userData(int operation, Call call) {
    return UserData.pack(operation, call.generation, call.index);
  }
}
