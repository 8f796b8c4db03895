package io.sluice.perf.load;

import io.sluice.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A client that is slower than the others, or stops receiving: it asks for one blob, takes what
 * comes at a fixed rate, and leaves when it is closed. Its own thread; any thread may call.
 */
public final class SlowClient implements AutoCloseable {
  private static final long PAUSE_MS = 20;
  private static final int FIRST_BYTES = 1024;
  private static final double NS_PER_S = 1e9;

  private final InetSocketAddress server;
  private final BlobRequest request;
  private final long bytesPerSecond;
  private final CountDownLatch connected = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "slow-client");
  private volatile String failure;
  private volatile long receivedBytes;

  /**
   * Connects; returns when it has.
   *
   * @param server an IPv4 address
   * @param request what it asks for
   * @param bytesPerSecond how fast it receives; 0 for a client that stops after the first bytes
   * @throws InterruptedException when this thread is interrupted
   */
  public SlowClient(InetSocketAddress server, BlobRequest request, long bytesPerSecond)
      throws InterruptedException {
    this.server = server;
    this.request = request;
    this.bytesPerSecond = bytesPerSecond;
    thread.setDaemon(true);
    thread.start();
    connected.await();
  }

  /** Sends the request. Calling it again does nothing. */
  public void begin() {
    begun.countDown();
  }

  private void run() {
    try (ClientSocket socket = new ClientSocket(server, BlobConnection.RECEIVE_TIMEOUT_NS)) {
      connected.countDown();
      begun.await();
      if (closed.getCount() == 0) {
        return;
      }
      ask(socket);
      long startNs = System.nanoTime();
      while (!closed.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
        long due = (long) ((System.nanoTime() - startNs) / NS_PER_S * bytesPerSecond);
        while (receivedBytes < Math.min(due, request.lengthBytes())) {
          receivedBytes += socket.discard(due - receivedBytes);
        }
      }
    } catch (IOException | LinuxException e) {
      failure = e.getMessage();
    } catch (InterruptedException nobodyDoesThat) {
      failure = "it was interrupted";
    } finally {
      connected.countDown();
    }
  }

  private void ask(ClientSocket socket) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      byte[] head = request.head();
      socket.send(arena.allocate(head.length).copyFrom(MemorySegment.ofArray(head)));
      MemorySegment first = arena.allocate(FIRST_BYTES);
      long received = socket.receive(first);
      String text =
          new String(
              first.asSlice(0, received).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE),
              StandardCharsets.ISO_8859_1);
      if (!text.startsWith("HTTP/1.1 " + request.expectedStatus())) {
        throw new IOException("the server answered " + text.lines().findFirst().orElse("nothing"));
      }
      receivedBytes = received;
    }
  }

  /**
   * What it has received so far.
   *
   * @return bytes
   */
  public long receivedBytes() {
    return receivedBytes;
  }

  /**
   * Whether the server failed it.
   *
   * @return why; empty when it did not
   */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Leaves, wherever it is in the blob. Calling it again does nothing. */
  @Override
  public void close() {
    closed.countDown();
    begun.countDown();
    ThreadEnds.await(List.of(thread));
  }
}
