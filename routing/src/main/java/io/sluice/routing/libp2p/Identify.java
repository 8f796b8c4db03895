package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.libp2p.identify.DelimitedReader;
import io.sluice.routing.libp2p.identify.IdentifyMessage;
import io.sluice.routing.multiformat.Multiaddr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/** Says who this node is, asks who others are, and hears it when they say it anew. */
final class Identify {
  static final String ID = "/ipfs/id/1.0.0";
  static final String PUSH = "/ipfs/id/push/1.0.0";

  private final HostContext context;
  private final Supplier<List<Multiaddr>> addresses;
  private final Heard heard;

  /** Who is told what a peer has said. */
  interface Heard {
    /** A peer has said something, which {@link Connection#peerSays} does not know yet. */
    void onIdentified(Connection connection, IdentifyMessage message);
  }

  Identify(HostContext context, Supplier<List<Multiaddr>> addresses, Heard heard) {
    this.context = context;
    this.addresses = addresses;
    this.heard = heard;
    ConnectionAcceptor answer = Answer::new;
    ConnectionAcceptor push = this::acceptPush;
    context.protocols.put(ID, answer);
    context.protocols.put(PUSH, push);
  }

  /** Asks a peer who it is. All serve that, so that there is no need to wait for agreement. */
  void ask(Connection connection) {
    connection.openStream(ID, true, new Reader(connection, false));
  }

  /** Tells a peer that something about this node has changed. */
  void push(Connection connection) {
    connection.openStream(PUSH, true, new Answer(connection));
  }

  private StreamListener acceptPush(Connection connection) {
    if (connection.peerSays.pushing) {
      return null;
    }
    connection.peerSays.pushing = true;
    return new Reader(connection, true);
  }

  private ByteBuffer message(Connection connection) {
    return IdentifyMessage.compose(
        context.options.identity().publicKeyMessage(),
        addresses.get(),
        context.protocols.names(),
        connection.remoteAddress(),
        context.options.agent());
  }

  /** Sends who this node is, and ends the stream. */
  private final class Answer implements StreamListener {
    private final Connection connection;

    private Answer(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void onOpen(PeerStream stream) {
      if (stream.send(message(connection))) {
        stream.closeWrite();
      }
    }

    @Override
    public void onData(ByteBuffer bytes) {
      // The peer has nothing to say here.
    }

    @Override
    public void onEnd() {
      // As it should be.
    }

    @Override
    public void onFailed(String reason) {
      // The peer will ask again if it wants to know.
    }
  }

  /** Reads who a peer is, until it ends the stream. */
  private final class Reader implements StreamListener {
    private final Connection connection;
    private final boolean push;
    private final DelimitedReader messages = new DelimitedReader(HostLimits.IDENTIFY_MESSAGE_BYTES);
    private final IdentifyMessage whole = new IdentifyMessage();
    private PeerStream stream;
    private int read;

    private Reader(Connection connection, boolean push) {
      this.connection = connection;
      this.push = push;
    }

    @Override
    public void onOpen(PeerStream opened) {
      stream = opened;
      stream.closeWrite();
    }

    @Override
    public void onData(ByteBuffer bytes) {
      try {
        for (ByteBuffer message = messages.next(bytes);
            message != null;
            message = messages.next(bytes)) {
          if (++read > HostLimits.IDENTIFY_MESSAGES) {
            throw new LimitException("identify in more than " + read + " messages");
          }
          whole.add(message);
        }
      } catch (IOException e) {
        connection.close(CloseCause.MALFORMED, "identify: " + e.getMessage());
      }
    }

    @Override
    public void onEnd() {
      end();
      if (read > 0 && !messages.isWithinMessage()) {
        heard.onIdentified(connection, whole);
      }
    }

    @Override
    public void onFailed(String reason) {
      end();
    }

    private void end() {
      if (push) {
        connection.peerSays.pushing = false;
      }
    }
  }
}
