package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.libp2p.buffer.BufferBudget;
import io.sluice.routing.libp2p.multistream.MultistreamDialer;
import io.sluice.routing.libp2p.multistream.MultistreamListener;
import io.sluice.routing.libp2p.noise.AuthenticationException;
import io.sluice.routing.libp2p.noise.NoiseChannel;
import io.sluice.routing.libp2p.noise.NoiseListener;
import io.sluice.routing.libp2p.psk.PrivateChannel;
import io.sluice.routing.libp2p.tcp.Link;
import io.sluice.routing.libp2p.tcp.LinkListener;
import io.sluice.routing.libp2p.yamux.YamuxListener;
import io.sluice.routing.libp2p.yamux.YamuxSession;
import io.sluice.routing.libp2p.yamux.YamuxStream;
import io.sluice.routing.libp2p.yamux.YamuxStreamListener;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One connection, from its first byte: agreeing on Noise, the handshake, agreeing on yamux unless
 * the handshake has done that, then streams. Whatever the peer does wrong ends it, with a cause.
 */
final class Connection implements LinkListener, NoiseListener, YamuxListener {
  private enum Phase {
    CONNECTING,
    AGREEING_ON_SECURITY,
    SECURING,
    AGREEING_ON_MUXER,
    OPEN,
    CLOSED
  }

  private final HostContext context;
  private final boolean outbound;
  private final ConnectionListener listener;
  private final BufferBudget budget;
  private final NoiseChannel noise;
  private final PrivateChannel privacy;
  private final ConnectionTimes times;
  private Link link;
  private Multiaddr remoteAddress;
  private Phase phase = Phase.CONNECTING;
  private MultistreamDialer dialer;
  private MultistreamListener acceptor;
  private YamuxSession session;
  private PeerId peer;
  private boolean flushing;
  private boolean goneAway;

  /** What identify has told; kept here as long as the connection. */
  final PeerSays peerSays = new PeerSays();

  /** Whether there is a better connection to the same peer. */
  boolean second;

  /**
   * A connection without a link.
   *
   * @param expected who has to be at the other end; null when it may be anybody
   */
  Connection(HostContext context, boolean outbound, PeerId expected, ConnectionListener listener) {
    this.context = context;
    this.outbound = outbound;
    this.listener = listener;
    budget = new BufferBudget(context.budget, HostLimits.CONNECTION_BUFFER_BYTES);
    noise = new NoiseChannel(context.noise, outbound, expected, budget, this);
    boolean isPrivate = context.options.preSharedKey() != null;
    privacy = isPrivate ? new PrivateChannel(context.options.preSharedKey(), context.random) : null;
    times = new ConnectionTimes(context.nowNs());
  }

  /** Takes the link over which it goes; what is accepted begins to speak. */
  void attach(Link newLink) {
    link = newLink;
    remoteAddress = newLink.remoteAddress();
    if (!outbound) {
      begin();
    }
  }

  BufferBudget budget() {
    return budget;
  }

  boolean isOutbound() {
    return outbound;
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Whether it has ever been open. */
  boolean wasOpened() {
    return session != null;
  }

  /** Whether the peer has proven who it is, so that it may consider this connection open. */
  boolean isSecured() {
    return peer != null;
  }

  /** The other end; null before it has proven who it is. */
  PeerId peer() {
    return peer;
  }

  Multiaddr remoteAddress() {
    return remoteAddress;
  }

  ConnectionTimes times() {
    return times;
  }

  int streams() {
    return session == null ? 0 : session.streams();
  }

  /** Opens a stream; what comes of it, the listener hears later. */
  void openStream(String protocol, boolean known, StreamListener streamListener) {
    times.used(context.nowNs());
    HostStream.open(context, this, protocol, known, streamListener);
  }

  /** Opens a stream below the negotiation of its protocol; null when that is not possible. */
  YamuxStream openRaw(YamuxStreamListener streamListener) {
    return phase == Phase.OPEN && !goneAway ? session.open(streamListener) : null;
  }

  // ---- the link

  @Override
  public void onConnected() {
    begin();
  }

  private void begin() {
    phase = Phase.AGREEING_ON_SECURITY;
    try {
      if (privacy != null) {
        link.write(privacy.opening());
      }
      if (outbound) {
        dialer = new MultistreamDialer(HostContext.NOISE);
        writeRaw(dialer.opening());
      } else {
        acceptor = new MultistreamListener(HostContext.NOISE::equals);
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    try {
      if (privacy != null) {
        privacy.decrypt(bytes);
      }
      if (phase == Phase.AGREEING_ON_SECURITY && isAgreed(bytes, this::writeRaw)) {
        phase = Phase.SECURING;
        noise.begin();
      }
      if (phase != Phase.AGREEING_ON_SECURITY) {
        noise.onBytes(bytes);
      }
      times.received(context.nowNs(), noise.frames());
    } catch (IOException e) {
      fail(e);
    } catch (RuntimeException e) {
      close(CloseCause.INTERNAL, "an error of this node: " + e);
      throw e;
    }
  }

  @Override
  public void onWritable() {
    flush();
  }

  @Override
  public void onClosed(String reason) {
    close(CloseCause.ENDED, reason);
  }

  private boolean isAgreed(ByteBuffer bytes, MultistreamListener.Answers answers)
      throws IOException {
    return outbound ? dialer.onBytes(bytes) : acceptor.onBytes(bytes, answers) != null;
  }

  // ---- the secure channel

  @Override
  public void onHandshakeMessage(ByteBuffer message) throws IOException {
    writeRaw(message);
  }

  @Override
  public void onSecured(PeerId securedPeer, String muxer) throws IOException {
    if (securedPeer.equals(context.options.identity().id())) {
      throw new AuthenticationException("this node has connected to itself");
    }
    peer = securedPeer;
    dialer = null;
    acceptor = null;
    if (muxer != null) {
      open();
      return;
    }
    phase = Phase.AGREEING_ON_MUXER;
    if (outbound) {
      dialer = new MultistreamDialer(HostContext.YAMUX);
      writeSealed(dialer.opening());
    } else {
      acceptor = new MultistreamListener(HostContext.YAMUX::equals);
    }
  }

  @Override
  public void onOpened(ByteBuffer bytes) throws IOException {
    if (phase == Phase.AGREEING_ON_MUXER && isAgreed(bytes, this::writeSealed)) {
      open();
    }
    if (phase == Phase.OPEN) {
      session.onBytes(bytes);
    }
  }

  private void open() {
    phase = Phase.OPEN;
    dialer = null;
    acceptor = null;
    session = new YamuxSession(outbound, this, budget);
    times.opened(context.nowNs());
    listener.onOpened(this);
  }

  // ---- streams

  @Override
  public YamuxStreamListener onStream(YamuxStream stream) {
    times.used(context.nowNs());
    return HostStream.accept(context, this, stream);
  }

  @Override
  public void onOutput() {
    if (!flushing && phase == Phase.OPEN) {
      flushing = true;
      context.flushLater(this);
    }
  }

  @Override
  public void onPong() {
    // That it came is enough.
  }

  @Override
  public void onGoAway(long code) {
    goneAway = true;
    if (code != YamuxSession.NORMAL) {
      close(CloseCause.ENDED, "the peer goes away because of an error, with code " + code);
    } else if (session.streams() == 0) {
      close(CloseCause.ENDED, "the peer goes away");
    }
  }

  @Override
  public boolean isClosed() {
    return phase == Phase.CLOSED;
  }

  // ---- sending

  /** Sends what streams have, as much as the link takes. */
  void flush() {
    flushing = false;
    try {
      while (phase == Phase.OPEN && !link.isBlocked() && session.hasOutput()) {
        context.plain.clear();
        session.fill(context.plain);
        writeSealed(context.plain.flip());
        times.sent(context.nowNs());
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  private void writeSealed(ByteBuffer plain) throws IOException {
    if (plain.hasRemaining()) {
      context.sealed.clear();
      noise.seal(plain, context.sealed);
      encryptAndWrite(context.sealed.flip());
    }
  }

  private void writeRaw(ByteBuffer bytes) throws IOException {
    context.sealed.clear();
    encryptAndWrite(context.sealed.put(bytes).flip());
  }

  private void encryptAndWrite(ByteBuffer bytes) throws IOException {
    if (privacy != null) {
      privacy.encrypt(bytes);
    }
    link.write(bytes);
  }

  // ---- time and end

  /** Looks for what has taken too long. */
  void sweep(long nowNs) {
    String late = times.late(nowNs, phase == Phase.OPEN, noise.isWithinFrame(), hasUnsent());
    if (late != null) {
      close(CloseCause.TIMEOUT, late);
      return;
    }
    if (phase != Phase.OPEN) {
      return;
    }
    if (times.isPingDue(nowNs)) {
      session.ping((int) nowNs);
    }
    for (YamuxStreamListener stream : session.listeners()) {
      ((HostStream) stream).sweep(nowNs);
    }
    if (session.streams() == 0 && goneAway) {
      close(CloseCause.ENDED, "the peer has gone away");
    } else if (session.streams() == 0
        && second
        && nowNs - times.usedNs() > HostLimits.SECOND_CONNECTION_NS) {
      close(CloseCause.SECOND, "there is another connection to this peer");
    }
  }

  private boolean hasUnsent() {
    return link != null && link.isBlocked();
  }

  /** Ends it at once; its listener and those of its streams hear of it a little later. */
  void close(CloseCause cause, String reason) {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (phase == Phase.OPEN) {
      sayGoodbye(cause);
    }
    phase = Phase.CLOSED;
    if (link != null) {
      link.close();
    }
    budget.close();
    context.scheduler.execute(
        () -> {
          if (session != null) {
            session.close(reason);
          }
          listener.onClosed(this, cause, reason);
        });
  }

  private void sayGoodbye(CloseCause cause) {
    boolean violation = cause == CloseCause.MALFORMED || cause == CloseCause.LIMIT;
    if (cause == CloseCause.ENDED || link.isBlocked()) {
      return;
    }
    try {
      session.goAway(violation ? YamuxSession.PROTOCOL_ERROR : YamuxSession.NORMAL);
      context.plain.clear();
      session.fill(context.plain);
      writeSealed(context.plain.flip());
    } catch (IOException e) {
      // It ends in any case.
    }
  }

  private void fail(IOException e) {
    close(cause(e), e.getMessage() == null ? e.toString() : e.getMessage());
  }

  /** Not a switch over types: the platform would compile that one while it runs. */
  private static CloseCause cause(IOException e) {
    if (e instanceof MalformedException) {
      return CloseCause.MALFORMED;
    }
    if (e instanceof AuthenticationException) {
      return CloseCause.NOT_AUTHENTIC;
    }
    return e instanceof LimitException ? CloseCause.LIMIT : CloseCause.ENDED;
  }
}
