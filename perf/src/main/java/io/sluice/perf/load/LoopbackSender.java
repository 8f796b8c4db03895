package io.sluice.perf.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The cheapest server there can be: it answers every request with the same number of bytes out of
 * one piece of memory. What the load generator gets from it is the ceiling of every figure that is
 * measured with that generator over loopback.
 */
public final class LoopbackSender implements AutoCloseable {
  private static final int CHUNK_BYTES = 512 * 1024;
  private static final int REQUEST_BYTES_MAX = 8 * 1024;

  private final long bodyBytes;
  private final ServerSocketChannel listener;

  /**
   * Starts it on a free port.
   *
   * @param bodyBytes the length of each answer's body
   * @throws IOException when there is no port
   */
  public LoopbackSender(long bodyBytes) throws IOException {
    this.bodyBytes = bodyBytes;
    this.listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    start("ceiling-accept", this::accept);
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Where it listens.
   *
   * @return the address
   * @throws IOException when it is closed
   */
  public InetSocketAddress address() throws IOException {
    return (InetSocketAddress) listener.getLocalAddress();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = listener.accept();
        start("ceiling-send", () -> serve(connection));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void serve(SocketChannel connection) {
    ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES_MAX);
    ByteBuffer body = ByteBuffer.allocateDirect(CHUNK_BYTES);
    byte[] head =
        ("HTTP/1.1 200 OK\r\nContent-Length: " + bodyBytes + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    try (connection) {
      // The generator waits for each answer, so whatever arrives is exactly one request.
      while (connection.read(request.clear()) > 0) {
        connection.write(ByteBuffer.wrap(head));
        for (long left = bodyBytes; left > 0; ) {
          body.clear().limit((int) Math.min(CHUNK_BYTES, left));
          while (body.hasRemaining()) {
            left -= connection.write(body);
          }
        }
      }
    } catch (IOException clientGone) {
      return;
    }
  }

  /** Stops accepting; connections end when their clients leave. */
  @Override
  public void close() throws IOException {
    listener.close();
  }
}
