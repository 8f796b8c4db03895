package io.sluice.server.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection of the metrics port: reads a request, writes the response, closes.
 *
 * <p>For the server's thread. Never blocks; ends by itself on any error.
 */
final class MetricsConnection {
  /** The runtime copies what it writes through a native buffer of this size and keeps that. */
  private static final int WRITE_CHUNK_BYTES = 16_384;

  private enum State {
    READING,
    WRITING,
    /** The response is out, but input is left: closing now would reset the connection. */
    DRAINING
  }

  private final SocketChannel channel;
  private final SelectionKey key;
  private final MetricsPages pages;
  private final long deadlineNs;
  private final ByteBuffer input = ByteBuffer.allocate(MetricsRequest.MAX_BYTES + 1);
  private ByteBuffer output;
  private boolean drainAfterWrite;
  private State state = State.READING;

  private MetricsConnection(
      final SocketChannel channel,
      final Selector selector,
      final MetricsPages pages,
      final long deadlineNs)
      throws IOException {
    this.channel = channel;
    this.pages = pages;
    this.deadlineNs = deadlineNs;
    channel.configureBlocking(false);
    this.key = channel.register(selector, SelectionKey.OP_READ);
    key.attach(this);
  }

  /**
   * Takes over an accepted channel.
   *
   * @param deadlineNs when the connection is closed, finished or not, as {@link System#nanoTime()}
   */
  static void open(
      final SocketChannel channel,
      final Selector selector,
      final MetricsPages pages,
      final long deadlineNs)
      throws IOException {
    try {
      new MetricsConnection(channel, selector, pages, deadlineNs);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Does what is possible without blocking. */
  void advance() {
    try {
      switch (state) {
        case READING -> read();
        case WRITING -> write();
        case DRAINING -> drain();
      }
    } catch (IOException | RuntimeException e) {
      // Whatever goes wrong with one client, the port stays open for the others.
      close();
    }
  }

  long remainingNs(final long nowNs) {
    return deadlineNs - nowNs;
  }

  void closeIfExpired(final long nowNs) {
    if (remainingNs(nowNs) <= 0) {
      close();
    }
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // The client is gone already.
    }
  }

  private void read() throws IOException {
    final int count = channel.read(input);
    if (count < 0) {
      close();
      return;
    }
    final int headBytes = MetricsRequest.headBytes(input);
    if (headBytes < 0 && input.hasRemaining()) {
      return;
    }
    final MetricsRequest request =
        headBytes < 0 || headBytes > MetricsRequest.MAX_BYTES
            ? MetricsRequest.refused(431, "The request is larger than 8 KiB.")
            : MetricsRequest.parse(input.array(), headBytes);
    drainAfterWrite = request.status() != 0 || input.position() > headBytes;
    output = pages.respond(request);
    state = State.WRITING;
    key.interestOps(SelectionKey.OP_WRITE);
    write();
  }

  private void write() throws IOException {
    final int end = output.limit();
    int written;
    do {
      output.limit(Math.min(end, output.position() + WRITE_CHUNK_BYTES));
      written = channel.write(output);
      output.limit(end);
    } while (written > 0 && output.hasRemaining());
    if (output.hasRemaining()) {
      return;
    }
    if (!drainAfterWrite) {
      close();
      return;
    }
    channel.shutdownOutput();
    state = State.DRAINING;
    key.interestOps(SelectionKey.OP_READ);
  }

  private void drain() throws IOException {
    input.clear();
    if (channel.read(input) < 0) {
      close();
    }
  }
}
