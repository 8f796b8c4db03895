package io.sluice.routing.libp2p;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamAcceptor;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.libp2p.multistream.MultistreamDialer;
import io.sluice.routing.libp2p.multistream.MultistreamListener;
import io.sluice.routing.libp2p.yamux.YamuxStream;
import io.sluice.routing.libp2p.yamux.YamuxStreamListener;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One stream: agrees on its protocol, then passes on what arrives. */
final class HostStream implements PeerStream, YamuxStreamListener {
  private final HostContext context;
  private final Connection connection;
  private final long openedNs;
  private YamuxStream stream;
  private StreamListener listener;
  private MultistreamDialer dialer;
  private MultistreamListener acceptor;
  private boolean opened;
  private long activeNs;

  private HostStream(HostContext context, Connection connection) {
    this.context = context;
    this.connection = connection;
    openedNs = context.nowNs();
    activeNs = openedNs;
  }

  /**
   * Opens a stream.
   *
   * @param known whether the peer has said that it serves the protocol: then there is no need to
   *     wait for its agreement
   */
  static void open(
      HostContext context,
      Connection connection,
      String protocol,
      boolean known,
      StreamListener listener) {
    HostStream opening = new HostStream(context, connection);
    opening.listener = listener;
    opening.dialer = new MultistreamDialer(protocol);
    opening.stream = connection.openRaw(opening);
    if (opening.stream == null || !opening.stream.send(opening.dialer.opening())) {
      if (opening.stream != null) {
        opening.stream.reset();
      }
      context.scheduler.execute(
          () -> listener.onFailed("the connection takes no more streams, or has ended"));
    } else if (known) {
      context.scheduler.execute(opening::reportOpen);
    }
  }

  /** Serves a stream that the peer has opened. */
  static HostStream accept(HostContext context, Connection connection, YamuxStream stream) {
    HostStream accepted = new HostStream(context, connection);
    accepted.stream = stream;
    accepted.acceptor = new MultistreamListener(context.protocols::has);
    return accepted;
  }

  @Override
  public PeerId peer() {
    return connection.peer();
  }

  Connection connection() {
    return connection;
  }

  @Override
  public boolean send(ByteBuffer bytes) {
    active();
    if (stream.send(bytes)) {
      return true;
    }
    stream.reset();
    return false;
  }

  @Override
  public void closeWrite() {
    active();
    stream.closeWrite();
  }

  @Override
  public void reset() {
    stream.reset();
  }

  @Override
  public void onData(ByteBuffer bytes) {
    active();
    try {
      agree(bytes);
    } catch (IOException e) {
      stream.reset();
      fail(e.getMessage());
      return;
    }
    if (opened && bytes.hasRemaining() && !stream.isClosed()) {
      listener.onData(bytes);
    }
  }

  private void agree(ByteBuffer bytes) throws IOException {
    if (dialer != null && dialer.onBytes(bytes)) {
      dialer = null;
      reportOpen();
    } else if (acceptor != null) {
      String protocol = acceptor.onBytes(bytes, this::answer);
      if (protocol != null) {
        acceptor = null;
        serve(context.protocols.get(protocol));
      }
    }
  }

  private void answer(ByteBuffer answer) throws IOException {
    if (!stream.send(answer)) {
      throw new LimitException("no memory left to answer");
    }
  }

  private void serve(StreamAcceptor server) {
    listener =
        server instanceof ConnectionAcceptor internal
            ? internal.accept(connection)
            : server.accept(peer());
    if (listener == null) {
      stream.reset();
    } else {
      reportOpen();
    }
  }

  private void reportOpen() {
    if (!opened && !stream.isClosed()) {
      opened = true;
      listener.onOpen(this);
    }
  }

  @Override
  public void onEnd() {
    active();
    if (dialer != null || acceptor != null) {
      stream.reset();
      fail("the peer has ended the stream without agreeing on a protocol");
    } else if (opened) {
      listener.onEnd();
    }
  }

  @Override
  public void onFailed(String reason) {
    fail(reason);
  }

  private void fail(String reason) {
    if (listener != null) {
      listener.onFailed(reason);
    }
  }

  private void active() {
    activeNs = context.nowNs();
    connection.times().used(activeNs);
  }

  /** Looks for what has taken too long. */
  void sweep(long nowNs) {
    boolean agreeing = dialer != null || acceptor != null;
    if (agreeing && nowNs - openedNs > HostLimits.STREAM_NEGOTIATION_NS) {
      stream.reset();
      fail("no protocol was agreed on in time");
    } else if (nowNs - activeNs > HostLimits.STREAM_IDLE_NS) {
      stream.reset();
      fail("the stream was idle");
    }
  }
}
