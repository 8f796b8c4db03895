package io.sluice.routing.libp2p.tcp;

import io.sluice.routing.libp2p.HostLimits;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/** A TCP socket that listens. */
public final class TcpAcceptor implements SelectHandler {
  private static final int ACCEPTS_PER_TURN = 16;
  private static final long PAUSE_NS = 100_000_000L;

  private final Reactor reactor;
  private final ServerSocketChannel channel;
  private final InetSocketAddress local;
  private final Consumer<SocketChannel> accepted;
  private final SelectionKey key;

  private TcpAcceptor(
      Reactor reactor, ServerSocketChannel channel, Consumer<SocketChannel> accepted)
      throws IOException {
    this.reactor = reactor;
    this.channel = channel;
    this.accepted = accepted;
    local = (InetSocketAddress) channel.getLocalAddress();
    key = reactor.register(channel, SelectionKey.OP_ACCEPT, this);
  }

  /**
   * Listens.
   *
   * @param accepted is given each new connection, and has to close it
   * @throws IOException when that is not possible, in one sentence with the remedy
   */
  public static TcpAcceptor listen(
      Reactor reactor, InetSocketAddress address, Consumer<SocketChannel> accepted)
      throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      // Inherited by what is accepted; later it would come too late for the window's scale.
      channel.setOption(StandardSocketOptions.SO_RCVBUF, HostLimits.SOCKET_BUFFER_BYTES);
      channel.bind(address);
      return new TcpAcceptor(reactor, channel, accepted);
    } catch (BindException e) {
      channel.close();
      throw new IOException(
          "cannot listen for peers on "
              + address
              + " ("
              + e.getMessage()
              + "); stop what uses it, or choose another address",
          e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Where it listens. */
  public InetSocketAddress local() {
    return local;
  }

  /** Ends it. */
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // There is nothing left to be lost.
    }
  }

  @Override
  public void onReady(SelectionKey ready) {
    try {
      for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        SocketChannel socket = channel.accept();
        if (socket == null) {
          return;
        }
        accepted.accept(socket);
      }
    } catch (IOException e) {
      pause();
    }
  }

  @Override
  public void onError(RuntimeException error) {
    // The acceptor itself is as it was.
  }

  /** The process is out of descriptors: until it has some, the kernel keeps who waits. */
  private void pause() {
    if (!channel.isOpen()) {
      return;
    }
    key.interestOps(0);
    reactor.schedule(
        PAUSE_NS,
        () -> {
          if (key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
          }
        });
  }
}
