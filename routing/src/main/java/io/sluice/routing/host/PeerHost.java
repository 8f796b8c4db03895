package io.sluice.routing.host;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.util.List;

/**
 * A node among peers: who it is, where it listens, and streams to and from others. What libp2p
 * calls a host.
 *
 * <p>At most one connection to a peer is kept. All methods but {@link #close} are to be called on
 * the scheduler's thread, which also calls all listeners; none blocks.
 */
public interface PeerHost extends AutoCloseable {
  /** Who this node is. */
  PeerId id();

  /** Where others can reach this node; without a {@code /p2p} part, none before {@link #start}. */
  List<Multiaddr> addresses();

  /**
   * Serves a protocol. Identify tells peers about it.
   *
   * @param protocol such as {@code /spegel/kad/1.0.0}
   */
  void handle(String protocol, StreamAcceptor acceptor);

  /** Who hears of peers; to be set before {@link #start}. */
  void peerListener(PeerListener listener);

  /**
   * Begins to listen.
   *
   * @throws IOException when the address cannot be listened on, in one sentence with the remedy
   */
  void start() throws IOException;

  /**
   * Connects, unless there is a connection already.
   *
   * @param peer who is expected there; null when that is not known, and learnt from the handshake
   * @param addresses tried in order, a few at a time
   */
  void connect(PeerId peer, List<Multiaddr> addresses, long timeoutNs, ConnectListener listener);

  /** Whether there is a connection that has passed its handshake. */
  boolean isConnected(PeerId peer);

  /** Address of the other end of the connection to {@code peer}; null without one. */
  Multiaddr remoteAddress(PeerId peer);

  /**
   * Opens a stream on the existing connection to {@code peer}; without one the listener hears
   * {@link StreamListener#onFailed}.
   */
  void openStream(PeerId peer, String protocol, StreamListener listener);

  /** Closes the connection to {@code peer}, if there is one. */
  void disconnect(PeerId peer);

  /** Ends everything; from any thread. Listeners hear of what ends by it. */
  @Override
  void close();
}
