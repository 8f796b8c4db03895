package io.sluice.server.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection of the metrics port: reads a request, has done what it asks for, writes the
 * response, closes.
 *
 * <p>For the server's thread. Never blocks; ends by itself on any error.
 */
final class MetricsConnection {
  /** The runtime copies what it writes through a native buffer of this size and keeps that. */
  private static final int WRITE_CHUNK_BYTES = 16_384;

  private enum State {
    READING,
    READING_BODY,
    /** What was asked for is under way. */
    WAITING,
    WRITING,
    /** The response is out, but input is left: closing now would reset the connection. */
    DRAINING
  }

  private final SocketChannel channel;
  private final SelectionKey key;
  private final MetricsPages pages;
  private final Selector selector;
  private final long timeoutNs;
  private long deadlineNs;
  private MetricsRequest request;
  private ByteBuffer body;
  private AdminCalls.AdminCall call;
  private final ByteBuffer input = ByteBuffer.allocate(MetricsRequest.MAX_BYTES + 1);
  private ByteBuffer output;
  private boolean drainAfterWrite;
  private State state = State.READING;

  private MetricsConnection(
      final SocketChannel channel,
      final Selector selector,
      final MetricsPages pages,
      final long timeoutNs)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.pages = pages;
    this.timeoutNs = timeoutNs;
    this.deadlineNs = System.nanoTime() + timeoutNs;
    channel.configureBlocking(false);
    this.key = channel.register(selector, SelectionKey.OP_READ);
    key.attach(this);
  }

  /**
   * Takes over an accepted channel.
   *
   * @param timeoutNs after which the connection is closed, finished or not
   */
  static void open(
      final SocketChannel channel,
      final Selector selector,
      final MetricsPages pages,
      final long timeoutNs)
      throws IOException {
    try {
      new MetricsConnection(channel, selector, pages, timeoutNs);
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
        case READING_BODY -> readBody();
        case WAITING -> listen();
        case WRITING -> write();
        case DRAINING -> drain();
      }
    } catch (IOException | RuntimeException e) {
      // Whatever goes wrong with one client, the port stays open for the others.
      close();
    }
  }

  /** Without an end while others are at work for the client: they have their own time-out. */
  long remainingNs(final long nowNs) {
    return state == State.WAITING ? Long.MAX_VALUE : deadlineNs - nowNs;
  }

  /** Writes what has come of a request that took longer. */
  void answerIfDone() {
    if (state != State.WAITING || call.answerOrNull() == null) {
      return;
    }
    deadlineNs = System.nanoTime() + timeoutNs;
    output = pages.answer(request, call.answerOrNull());
    call = null;
    state = State.WRITING;
    key.interestOps(SelectionKey.OP_WRITE);
    advance();
  }

  void closeIfExpired(final long nowNs) {
    if (remainingNs(nowNs) <= 0) {
      close();
    }
  }

  void close() {
    if (call != null) {
      call.cancel();
      call = null;
    }
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
    request =
        headBytes < 0 || headBytes > MetricsRequest.MAX_BYTES
            ? MetricsRequest.refused(431, "The request is larger than 8 KiB.")
            : MetricsRequest.parse(input.array(), headBytes);
    drainAfterWrite = request.status() != 0 || input.position() > headBytes;
    if (request.status() == 0 && request.post()) {
      output = pages.refusalOrNull(request);
      if (output == null) {
        beginBody(headBytes);
        return;
      }
      drainAfterWrite = true;
    } else {
      output = pages.respond(request);
    }
    beginWriting();
  }

  private void beginWriting() throws IOException {
    state = State.WRITING;
    key.interestOps(SelectionKey.OP_WRITE);
    write();
  }

  /** What has come behind the head is the beginning of the body. */
  private void beginBody(final int headBytes) throws IOException {
    final int have = Math.min(input.position() - headBytes, request.bodyBytes());
    drainAfterWrite = input.position() - headBytes > have;
    body = ByteBuffer.allocate(request.bodyBytes()).put(input.array(), headBytes, have);
    state = State.READING_BODY;
    readBody();
  }

  private void readBody() throws IOException {
    if (body.hasRemaining() && channel.read(body) < 0) {
      close();
    } else if (!body.hasRemaining()) {
      state = State.WAITING;
      call = pages.begin(body.array(), selector::wakeup);
      body = null;
    }
  }

  /** A client that is gone wants no answer; anything else that comes is not looked at. */
  private void listen() throws IOException {
    input.clear();
    if (channel.read(input) < 0) {
      close();
    }
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
