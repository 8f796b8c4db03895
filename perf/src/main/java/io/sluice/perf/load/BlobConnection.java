package io.sluice.perf.load;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One keep-alive HTTP/1.1 connection that fetches blobs and does as little as possible with them.
 * Blocking; one thread opens, uses and closes it.
 */
final class BlobConnection implements AutoCloseable {
  /** A response head longer than this is refused. */
  static final int HEAD_BYTES_MAX = 8 * 1024;

  /** A server that sends nothing for this long has failed. */
  static final long RECEIVE_TIMEOUT_NS = 30_000_000_000L;

  /** Copied at once in the checking mode. */
  private static final int COPY_BYTES = 256 * 1024;

  /** Discarded at once; more is never queued in a socket with the kernel's default limits. */
  private static final long DISCARD_BYTES = 4 << 20;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(COPY_BYTES);
  private final ByteBuffer bufferView = buffer.asByteBuffer();
  private final InetSocketAddress server;
  private final BodyMode mode;
  private final MessageDigest sha256;

  private ClientSocket socket;
  private long bodyBytesInBuffer;
  private int bodyOffsetInBuffer;

  /**
   * Connects.
   *
   * @param server an IPv4 address
   * @param mode what to do with bodies
   * @throws io.sluice.linux.LinuxException when it cannot be connected
   */
  BlobConnection(InetSocketAddress server, BodyMode mode) {
    this.server = server;
    this.mode = mode;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    this.socket = connect();
  }

  private ClientSocket connect() {
    return new ClientSocket(server, RECEIVE_TIMEOUT_NS);
  }

  /**
   * When a response began and ended.
   *
   * @param timeToFirstByteNs from the request's first byte sent to the first byte received
   * @param timeToLastByteNs from the request's first byte sent to the last byte received
   */
  record Timing(long timeToFirstByteNs, long timeToLastByteNs) {}

  /**
   * Fetches one blob or range.
   *
   * @param request what to ask for
   * @return how long it took
   * @throws IOException when the answer is not exactly what was asked for; the connection is of no
   *     use then
   */
  Timing fetch(BlobRequest request) throws IOException {
    byte[] requestHead = request.head();
    MemorySegment.copy(requestHead, 0, buffer, JAVA_BYTE, 0, requestHead.length);
    long startNs = System.nanoTime();
    socket.send(buffer.asSlice(0, requestHead.length));
    long received = socket.receive(buffer.asSlice(0, HEAD_BYTES_MAX));
    long firstByteNs = System.nanoTime();
    ResponseHead head = head(received);
    check(request, head);
    body(request, head.contentLengthBytes());
    long lastByteNs = System.nanoTime();
    if (!head.keepAlive()) {
      socket.close();
      socket = connect();
    }
    return new Timing(firstByteNs - startNs, lastByteNs - startNs);
  }

  private ResponseHead head(long receivedFirst) throws IOException {
    long received = receivedFirst;
    while (true) {
      int end = endOfHead((int) received);
      if (end >= 0) {
        bodyOffsetInBuffer = end;
        bodyBytesInBuffer = received - end;
        byte[] text = buffer.asSlice(0, end).toArray(JAVA_BYTE);
        return ResponseHead.parse(new String(text, StandardCharsets.ISO_8859_1));
      }
      if (received == HEAD_BYTES_MAX) {
        throw new IOException(
            "the server answered with a head of more than " + HEAD_BYTES_MAX + " bytes");
      }
      received += socket.receive(buffer.asSlice(received, HEAD_BYTES_MAX - received));
    }
  }

  /** The offset after the empty line, or -1. */
  private int endOfHead(int received) {
    for (int i = 3; i < received; i++) {
      if (bufferView.get(i) == '\n'
          && bufferView.get(i - 1) == '\r'
          && bufferView.get(i - 2) == '\n'
          && bufferView.get(i - 3) == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  private void check(BlobRequest request, ResponseHead head) throws IOException {
    request.check(head.status(), head.contentLengthBytes());
    if (bodyBytesInBuffer > head.contentLengthBytes()) {
      throw new IOException("the server sent more than the announced body of " + request.path());
    }
  }

  private void body(BlobRequest request, long bytes) throws IOException {
    long left = bytes - bodyBytesInBuffer;
    if (mode == BodyMode.DISCARD) {
      while (left > 0) {
        // Without MSG_WAITALL: a thread that sleeps until all is there lets the window run full.
        left -= socket.discard(Math.min(left, DISCARD_BYTES));
      }
      return;
    }
    sha256.reset();
    digest(bodyOffsetInBuffer, bodyBytesInBuffer);
    while (left > 0) {
      long received = socket.receive(buffer.asSlice(0, Math.min(left, COPY_BYTES)));
      digest(0, received);
      left -= received;
    }
    String digestHex = HexFormat.of().formatHex(sha256.digest());
    if (request.whole() && request.lengthBytes() >= 0 && !digestHex.equals(request.digestHex())) {
      throw new IOException(
          "the server sent wrong bytes for " + request.path() + ": sha256:" + digestHex);
    }
  }

  private void digest(long offset, long bytes) {
    sha256.update(bufferView.slice((int) offset, (int) bytes));
  }

  /** Closes the connection. */
  @Override
  public void close() {
    socket.close();
    arena.close();
  }
}
