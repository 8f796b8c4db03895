package io.sluice.routing.kademlia;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.multiformat.MalformedException;
import java.nio.ByteBuffer;

/** A stream on which one question after the other is asked. */
final class CallStream implements StreamListener {
  private final PeerCalls.Line line;
  private final MessageReader reader = new MessageReader(KademliaLimits.ANSWER_BYTES_MAX);
  private PeerStream stream;
  private PeerCalls.Call call;
  private boolean reused;
  private boolean over;
  private long idleSinceNs;

  /** {@code first} is asked as soon as the stream is open. */
  CallStream(PeerCalls.Line line, PeerCalls.Call first) {
    this.line = line;
    this.call = first;
    first.stream = this;
  }

  PeerCalls.Call call() {
    return call;
  }

  long idleSinceNs() {
    return idleSinceNs;
  }

  /** Asks a further question. */
  void start(PeerCalls.Call next) {
    call = next;
    next.stream = this;
    reused = true;
    send();
  }

  void reset() {
    over = true;
    call = null;
    if (stream != null) {
      stream.reset();
    }
  }

  @Override
  public void onOpen(PeerStream opened) {
    if (over) {
      opened.reset();
      return;
    }
    stream = opened;
    send();
  }

  private void send() {
    if (!stream.send(call.bytes)) {
      lost("the peer does not read what it is sent");
    } else if (call.expected == null) {
      PeerCalls.Call done = takeCall();
      line.sent(this, done);
    }
  }

  @Override
  public void onData(ByteBuffer bytes) {
    try {
      for (KademliaMessage message = reader.next(bytes);
          message != null && !over;
          message = reader.next(bytes)) {
        answered(message);
      }
    } catch (MalformedException malformed) {
      if (!over) {
        drop(malformed.getMessage());
      }
    }
  }

  private void answered(KademliaMessage message) {
    if (call == null || message.type() != call.expected) {
      drop("an answer that nobody has asked for");
      return;
    }
    PeerCalls.Call done = takeCall();
    line.answered(this, done, message);
  }

  private PeerCalls.Call takeCall() {
    PeerCalls.Call done = call;
    call = null;
    done.stream = null;
    idleSinceNs = line.nowNs();
    return done;
  }

  private void drop(String reason) {
    PeerStream dropped = stream;
    reused = false;
    lost(reason);
    dropped.reset();
  }

  @Override
  public void onEnd() {
    if (over) {
      return;
    }
    PeerStream ended = stream;
    lost("the peer has closed the stream");
    ended.reset();
  }

  @Override
  public void onFailed(String reason) {
    if (!over) {
      lost(reason);
    }
  }

  private void lost(String reason) {
    over = true;
    PeerCalls.Call unanswered = call;
    call = null;
    if (unanswered != null) {
      unanswered.stream = null;
    }
    line.lost(this, unanswered, reused, reason);
  }
}
