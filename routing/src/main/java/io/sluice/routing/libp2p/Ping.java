package io.sluice.routing.libp2p;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.multiformat.PeerId;
import java.nio.ByteBuffer;

/** {@code /ipfs/ping/1.0.0}: 32 bytes are sent back, again and again. */
final class Ping {
  static final String PROTOCOL = "/ipfs/ping/1.0.0";

  private static final int BYTES = 32;

  private final HostContext context;

  Ping(HostContext context) {
    this.context = context;
    context.protocols.put(PROTOCOL, peer -> new Echo());
  }

  /** Measures how long a peer takes to answer. */
  void ask(Connection connection, PingListener listener) {
    boolean known = connection.peerSays.serves(PROTOCOL);
    connection.openStream(PROTOCOL, known, new Question(listener));
  }

  /** The side that answers. */
  private static final class Echo implements StreamListener {
    private PeerStream stream;

    @Override
    public void onOpen(PeerStream opened) {
      stream = opened;
    }

    @Override
    public void onData(ByteBuffer bytes) {
      // Who does not read the answers loses the stream, and nothing else.
      stream.send(bytes);
    }

    @Override
    public void onEnd() {
      stream.closeWrite();
    }

    @Override
    public void onFailed(String reason) {
      // Nobody waits for anything.
    }
  }

  /** The side that asks, once. */
  private final class Question implements StreamListener {
    private final PingListener listener;
    private final byte[] sent = new byte[BYTES];
    private final ByteBuffer received = ByteBuffer.allocate(BYTES);
    private PeerStream stream;
    private long sentNs;

    private Question(PingListener listener) {
      this.listener = listener;
      context.random.nextBytes(sent);
    }

    @Override
    public void onOpen(PeerStream opened) {
      stream = opened;
      sentNs = context.nowNs();
      if (!stream.send(ByteBuffer.wrap(sent))) {
        listener.onFailed("the peer takes no bytes");
      }
    }

    @Override
    public void onData(ByteBuffer bytes) {
      if (bytes.remaining() > received.remaining()) {
        stream.reset();
        listener.onFailed("the peer " + peer() + " answers more than it was asked");
        return;
      }
      received.put(bytes);
      if (!received.hasRemaining()) {
        stream.reset();
        if (received.flip().equals(ByteBuffer.wrap(sent))) {
          listener.onAnswer(context.nowNs() - sentNs);
        } else {
          listener.onFailed("the peer " + peer() + " answers something else");
        }
      }
    }

    private PeerId peer() {
      return stream.peer();
    }

    @Override
    public void onEnd() {
      stream.reset();
      listener.onFailed("the peer " + peer() + " has ended the stream without an answer");
    }

    @Override
    public void onFailed(String reason) {
      listener.onFailed(reason);
    }
  }
}
