package io.sluice.routing.kademlia;

import io.sluice.routing.host.ConnectListener;
import io.sluice.routing.host.PeerHost;
import io.sluice.routing.host.Scheduler;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Questions to peers and their answers. Connects where needed, keeps a few streams per peer for
 * further questions, asks one question at a time on each, and once more on a new stream when one
 * that had been idle turns out to be dead.
 */
final class PeerCalls {
  private final PeerHost host;
  private final Scheduler scheduler;
  private final String protocol;
  private final Map<PeerId, Line> lines = new HashMap<>();
  private final Set<PeerId> suspects = new LinkedHashSet<>();
  private boolean closed;
  private boolean sweeping;
  private long asked;
  private long told;

  /** Hears how a question ends: exactly one of its methods is called, once. */
  interface Answer {
    void onAnswer(KademliaMessage answer);

    /**
     * There is no answer.
     *
     * @param reason in words, for the log
     */
    void onFailed(String reason);
  }

  PeerCalls(PeerHost host, Scheduler scheduler, String protocol) {
    this.host = host;
    this.scheduler = scheduler;
    this.protocol = protocol;
  }

  /** Questions asked so far. */
  long asked() {
    return asked;
  }

  /** Messages told so far, to which there is no answer. */
  long told() {
    return told;
  }

  /**
   * Asks a question.
   *
   * @param addresses where the peer may be, unless there is a connection
   */
  void ask(PeerId peer, List<Multiaddr> addresses, KademliaMessage request, Answer answer) {
    asked++;
    enqueue(new Call(peer, MessageCodec.encode(request), request.type(), answer), addresses);
  }

  /**
   * Sends messages that are not answered.
   *
   * @param messages encoded, one after the other
   * @param count how many they are
   * @param sent hears whether they were given to the network; the answer is null
   */
  void tell(PeerId peer, List<Multiaddr> addresses, ByteBuffer messages, int count, Answer sent) {
    told += count;
    enqueue(new Call(peer, messages, null, sent), addresses);
  }

  /** Whether the peer owes an answer for so long that nobody should wait for it. */
  boolean isSuspect(PeerId peer) {
    return suspects.contains(peer);
  }

  /** When the peer has given its last answer, if that was after {@code sinceNs}; else that. */
  long heardAfter(PeerId peer, long sinceNs) {
    Line line = lines.get(peer);
    return line == null || line.heardNs - sinceNs < 0 ? sinceNs : line.heardNs;
  }

  /** The peer has not answered for long; until it does, lookups do not wait for it. */
  void suspect(PeerId peer) {
    if (suspects.size() < KademliaLimits.SUSPECTS_MAX) {
      suspects.add(peer);
    }
  }

  /** Peers of which something is known or being asked. */
  int peers() {
    return lines.size();
  }

  /** Whether something is being asked of the peer. */
  boolean isBusy(PeerId peer) {
    Line line = lines.get(peer);
    return line != null && (!line.waiting.isEmpty() || line.streams.size() > line.idle.size());
  }

  /** Forgets what is known of a peer to which there is no connection any more. */
  void disconnected(PeerId peer) {
    suspects.remove(peer);
    Line line = lines.get(peer);
    if (line != null && line.isUnused()) {
      lines.remove(peer);
    }
  }

  /** Fails what is under way. */
  void close() {
    closed = true;
    for (Line line : new ArrayList<>(lines.values())) {
      line.failAll("the node is shutting down");
    }
    lines.clear();
  }

  private void enqueue(Call call, List<Multiaddr> addresses) {
    Line line = lines.computeIfAbsent(call.peer, Line::new);
    if (closed || line.waiting.size() >= KademliaLimits.CALLS_WAITING_PER_PEER) {
      // Not before this method has returned: who asks may not be ready to hear.
      scheduler.execute(() -> call.fail("too many questions wait for this peer"));
      return;
    }
    call.timer = scheduler.schedule(KademliaLimits.CALL_TIMEOUT_NS, () -> line.timedOut(call));
    line.waiting.addLast(call);
    if (!addresses.isEmpty()) {
      line.addresses = addresses;
    }
    line.pump();
  }

  private void sweepLater() {
    if (!sweeping && !closed) {
      sweeping = true;
      scheduler.schedule(KademliaLimits.STREAM_IDLE_NS / 2, this::sweep);
    }
  }

  private void sweep() {
    sweeping = false;
    boolean idle = false;
    for (Line line : new ArrayList<>(lines.values())) {
      line.closeIdle(scheduler.nowNs() - KademliaLimits.STREAM_IDLE_NS);
      idle |= !line.idle.isEmpty();
      if (line.isUnused()) {
        lines.remove(line.peer);
      }
    }
    if (idle) {
      sweepLater();
    }
  }

  /** One question, or messages that need no answer. */
  static final class Call {
    final PeerId peer;
    final ByteBuffer bytes;
    final MessageType expected;
    private final Answer answer;
    Scheduler.Timer timer;
    CallStream stream;
    boolean retried;
    private boolean ended;

    Call(PeerId peer, ByteBuffer bytes, MessageType expected, Answer answer) {
      this.peer = peer;
      this.bytes = bytes;
      this.expected = expected;
      this.answer = answer;
    }

    void succeed(KademliaMessage message) {
      if (end()) {
        answer.onAnswer(message);
      }
    }

    void fail(String reason) {
      if (end()) {
        answer.onFailed(reason);
      }
    }

    private boolean end() {
      if (ended) {
        return false;
      }
      ended = true;
      if (timer != null) {
        timer.cancel();
      }
      return true;
    }
  }

  /** What goes to one peer. */
  final class Line implements ConnectListener {
    final PeerId peer;
    final Deque<Call> waiting = new ArrayDeque<>();
    final List<CallStream> streams = new ArrayList<>();
    final Deque<CallStream> idle = new ArrayDeque<>();
    List<Multiaddr> addresses = List.of();
    private boolean connecting;

    /** When the last answer came; before there was one, when the first question was asked. */
    private long heardNs;

    Line(PeerId peer) {
      this.peer = peer;
      this.heardNs = nowNs();
    }

    long nowNs() {
      return scheduler.nowNs();
    }

    boolean isUnused() {
      return waiting.isEmpty() && streams.isEmpty() && !connecting;
    }

    void pump() {
      while (!waiting.isEmpty() && !connecting) {
        if (!host.isConnected(peer)) {
          connecting = true;
          host.connect(peer, addresses, KademliaLimits.CONNECT_TIMEOUT_NS, this);
          return;
        }
        CallStream stream = idle.pollLast();
        if (stream == null && streams.size() >= KademliaLimits.STREAMS_PER_PEER) {
          return;
        }
        Call call = waiting.pollFirst();
        if (stream != null) {
          stream.start(call);
        } else {
          open(call);
        }
      }
    }

    @Override
    public void onConnected(PeerId connected) {
      connecting = false;
      pump();
    }

    @Override
    public void onFailed(String reason) {
      connecting = false;
      for (Call call = waiting.pollFirst(); call != null; call = waiting.pollFirst()) {
        call.fail(reason);
      }
      forgetIfGone();
    }

    /** Who cannot be reached is not heard to disconnect. */
    private void forgetIfGone() {
      if (isUnused() && !host.isConnected(peer)) {
        lines.remove(peer, this);
      }
    }

    void open(Call call) {
      CallStream stream = new CallStream(this, call);
      streams.add(stream);
      host.openStream(peer, protocol, stream);
    }

    void answered(CallStream stream, Call call, KademliaMessage message) {
      suspects.remove(peer);
      heardNs = nowNs();
      becameIdle(stream);
      call.succeed(message);
      pump();
    }

    void sent(CallStream stream, Call call) {
      becameIdle(stream);
      call.succeed(null);
      pump();
    }

    private void becameIdle(CallStream stream) {
      idle.addLast(stream);
      sweepLater();
    }

    /** The stream is no more; its call, if any, is tried again once when that may help. */
    void lost(CallStream stream, Call call, boolean wasReused, String reason) {
      streams.remove(stream);
      idle.remove(stream);
      if (call != null) {
        if (wasReused && !call.retried && host.isConnected(peer)) {
          call.retried = true;
          call.bytes.rewind();
          waiting.addFirst(call);
        } else {
          call.fail(reason);
        }
      }
      pump();
      forgetIfGone();
    }

    void timedOut(Call call) {
      waiting.remove(call);
      if (call.stream != null) {
        CallStream stream = call.stream;
        streams.remove(stream);
        idle.remove(stream);
        stream.reset();
      }
      call.fail("no answer within " + KademliaLimits.CALL_TIMEOUT_NS / 1_000_000_000L + " s");
      pump();
      forgetIfGone();
    }

    void closeIdle(long beforeNs) {
      while (!idle.isEmpty() && idle.peekFirst().idleSinceNs() - beforeNs < 0) {
        CallStream stream = idle.pollFirst();
        streams.remove(stream);
        stream.reset();
      }
    }

    void failAll(String reason) {
      onFailed(reason);
      for (CallStream stream : new ArrayList<>(streams)) {
        Call call = stream.call();
        stream.reset();
        if (call != null) {
          call.fail(reason);
        }
      }
      streams.clear();
      idle.clear();
    }
  }
}
