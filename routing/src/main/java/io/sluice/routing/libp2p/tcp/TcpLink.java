package io.sluice.routing.libp2p.tcp;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.libp2p.buffer.BufferBudget;
import io.sluice.routing.libp2p.buffer.ByteQueue;
import io.sluice.routing.multiformat.Multiaddr;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A TCP connection. */
public final class TcpLink implements Link, SelectHandler {
  private final Reactor reactor;
  private final SocketChannel channel;
  private final InetSocketAddress remote;
  private final LinkListener listener;
  private final ByteQueue unsent;
  private SelectionKey key;
  private boolean closed;

  private TcpLink(
      Reactor reactor,
      SocketChannel channel,
      InetSocketAddress remote,
      BufferBudget budget,
      LinkListener listener) {
    this.reactor = reactor;
    this.channel = channel;
    this.remote = remote;
    this.listener = listener;
    unsent = new ByteQueue(budget, HostLimits.UNSENT_BYTES);
  }

  /**
   * Begins to connect.
   *
   * @throws IOException when that fails at once
   */
  public static TcpLink connect(
      Reactor reactor, InetSocketAddress remote, BufferBudget budget, LinkListener listener)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      setOptions(channel);
      TcpLink link = new TcpLink(reactor, channel, remote, budget, listener);
      link.key = reactor.register(channel, SelectionKey.OP_CONNECT, link);
      if (channel.connect(remote)) {
        link.key.interestOps(SelectionKey.OP_READ);
        reactor.execute(link::reportConnected);
      }
      return link;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Serves a connection that was accepted. */
  public static TcpLink accepted(
      Reactor reactor, SocketChannel channel, BufferBudget budget, LinkListener listener)
      throws IOException {
    setOptions(channel);
    InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
    TcpLink link = new TcpLink(reactor, channel, remote, budget, listener);
    link.key = reactor.register(channel, SelectionKey.OP_READ, link);
    return link;
  }

  private static void setOptions(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, HostLimits.SOCKET_BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, HostLimits.SOCKET_BUFFER_BYTES);
  }

  @Override
  public Multiaddr remoteAddress() {
    return Multiaddr.ofTcp(remote);
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    if (unsent.isEmpty()) {
      channel.write(bytes);
    }
    if (bytes.hasRemaining()) {
      if (!unsent.append(bytes)) {
        throw new LimitException("the peer takes no bytes, and there is no memory left for more");
      }
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  @Override
  public boolean isBlocked() {
    return !unsent.isEmpty();
  }

  @Override
  public void close() {
    closed = true;
    unsent.clear();
    try {
      channel.close();
    } catch (IOException e) {
      // There is nothing left to be lost.
    }
  }

  @Override
  public void onReady(SelectionKey ready) {
    try {
      if (ready.isConnectable()) {
        channel.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        listener.onConnected();
        return;
      }
      if (ready.isWritable()) {
        writeUnsent();
      }
      if (ready.isValid() && ready.isReadable()) {
        read();
      }
    } catch (IOException e) {
      end(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  @Override
  public void onError(RuntimeException error) {
    end("an error of this node: " + error);
  }

  private void reportConnected() {
    if (!closed) {
      listener.onConnected();
    }
  }

  private void read() throws IOException {
    ByteBuffer buffer = reactor.readBuffer().clear();
    int length = channel.read(buffer);
    if (length < 0) {
      end("the peer has closed the connection");
    } else if (length > 0) {
      listener.onBytes(buffer.flip());
    }
  }

  private void writeUnsent() throws IOException {
    ByteBuffer buffer = reactor.readBuffer().clear();
    int moved = unsent.moveTo(buffer, buffer.capacity());
    buffer.flip();
    channel.write(buffer);
    if (buffer.hasRemaining()) {
      if (!unsent.append(buffer)) {
        throw new LimitException("no memory left for what the peer does not take");
      }
    } else if (moved > 0) {
      key.interestOps(SelectionKey.OP_READ);
      listener.onWritable();
    }
  }

  private void end(String reason) {
    // Not whether the channel is open: connecting in vain has closed it.
    if (!closed) {
      close();
      listener.onClosed(reason);
    }
  }
}
