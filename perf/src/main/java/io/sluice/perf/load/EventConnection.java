package io.sluice.perf.load;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One keep-alive connection of an {@link EventLoad}, or one that is only kept: it sends a request,
 * takes the answer piece by piece, checks its status and length, and discards its body uncopied.
 */
final class EventConnection implements AutoCloseable {
  /** Received at once of what begins with a head; a small body comes along. */
  static final int HEAD_BYTES = 4096;

  /** Discarded at once, so that one connection does not keep the others waiting for long. */
  private static final long DISCARD_BYTES = 1 << 20;

  private final InetSocketAddress server;
  private ClientSocket socket;
  private BlobRequest request;
  private byte[] begun = new byte[0];
  private boolean inBody;
  private boolean keepAlive;
  private long bodyBytesLeft;
  private long firstByteNs;

  /** Which request it is at, and when that was due. */
  int index;

  long dueNs;

  /**
   * Connects.
   *
   * @param server an IPv4 address
   * @throws io.sluice.linux.LinuxException when it cannot be connected
   */
  EventConnection(InetSocketAddress server) {
    this.server = server;
    connect();
  }

  private void connect() {
    socket = new ClientSocket(server, BlobConnection.RECEIVE_TIMEOUT_NS);
    keepAlive = true;
  }

  /** The descriptor to wait for; another one after {@link #reconnects}. */
  int fd() {
    return socket.fd();
  }

  /**
   * Sends a request; only when the answer before is complete.
   *
   * @param next the request
   * @param scratch native memory for it
   */
  void send(BlobRequest next, MemorySegment scratch) {
    byte[] head = next.head();
    MemorySegment.copy(head, 0, scratch, JAVA_BYTE, 0, head.length);
    request = next;
    inBody = false;
    begun = new byte[0];
    firstByteNs = 0;
    socket.send(scratch.asSlice(0, head.length));
  }

  /**
   * Takes what is there of the answer.
   *
   * @param scratch native memory, {@link #HEAD_BYTES} or more
   * @return whether the answer is complete
   * @throws IOException when it is another one than was asked for
   */
  boolean receive(MemorySegment scratch) throws IOException {
    return take(inBody ? 0 : socket.receiveNow(scratch.asSlice(0, HEAD_BYTES)), scratch, false);
  }

  /**
   * Waits for the whole answer.
   *
   * @param scratch native memory, {@link #HEAD_BYTES} or more
   * @throws IOException when it is another one than was asked for, or does not come
   */
  void receiveAll(MemorySegment scratch) throws IOException {
    while (!take(inBody ? 0 : socket.receive(scratch.asSlice(0, HEAD_BYTES)), scratch, true)) {
      continue;
    }
  }

  private boolean take(long received, MemorySegment scratch, boolean wait) throws IOException {
    if (request == null) {
      throw new IOException("the server sent something that nobody asked for");
    }
    if (!inBody) {
      if (received == 0) {
        return false;
      }
      firstByteNs = firstByteNs == 0 ? System.nanoTime() : firstByteNs;
      head(scratch.asSlice(0, received));
    }
    if (inBody && bodyBytesLeft > 0) {
      long bytes = Math.min(bodyBytesLeft, DISCARD_BYTES);
      bodyBytesLeft -= wait ? socket.discard(bytes) : socket.discardNow(bytes);
    }
    if (!inBody || bodyBytesLeft > 0) {
      return false;
    }
    request = null;
    return true;
  }

  private void head(MemorySegment received) throws IOException {
    int before = begun.length;
    int added = (int) received.byteSize();
    begun = Arrays.copyOf(begun, before + added);
    MemorySegment.copy(received, JAVA_BYTE, 0, begun, before, added);
    int end = endOfHead(begun);
    if (end < 0) {
      if (begun.length > BlobConnection.HEAD_BYTES_MAX) {
        throw new IOException(
            "the server answered with a head of more than "
                + BlobConnection.HEAD_BYTES_MAX
                + " bytes");
      }
      return;
    }
    ResponseHead head = ResponseHead.parse(new String(begun, 0, end, StandardCharsets.ISO_8859_1));
    request.check(head.status(), head.contentLengthBytes());
    keepAlive = head.keepAlive();
    bodyBytesLeft = head.contentLengthBytes() - (begun.length - end);
    if (bodyBytesLeft < 0) {
      throw new IOException("the server sent more than the announced body of " + request.path());
    }
    inBody = true;
  }

  /** The offset after the empty line, or -1. */
  private static int endOfHead(byte[] bytes) {
    for (int i = 3; i < bytes.length; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** When the first byte of the last answer came, in the time of {@link System#nanoTime()}. */
  long firstByteNs() {
    return firstByteNs;
  }

  /**
   * Connects again if the server wants no further request on this connection.
   *
   * @return whether it did
   */
  boolean reconnects() {
    if (keepAlive) {
      return false;
    }
    socket.close();
    connect();
    return true;
  }

  /** Closes the connection; called once. */
  @Override
  public void close() {
    socket.close();
  }
}
