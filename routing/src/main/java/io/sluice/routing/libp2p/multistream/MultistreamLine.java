package io.sluice.routing.libp2p.multistream;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Varint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Lines of the protocol: a length, text, a line feed. Holds a line that has arrived in part. */
final class MultistreamLine {
  static final String HEADER = "/multistream/1.0.0";
  static final String NOT_AVAILABLE = "na";

  /** Of a length that is allowed. */
  private static final int LENGTH_BYTES_MAX = 2;

  private static final int HELD_BYTES_MIN = 64;

  private static final byte[] HEADER_LINE = line(HEADER).array();

  private ByteBuffer held;
  private int headerBytes;

  static void write(ByteBuffer out, String text) {
    byte[] line = text.getBytes(StandardCharsets.UTF_8);
    Varint.write(out, line.length + 1L);
    out.put(line).put((byte) '\n');
  }

  static ByteBuffer line(String text) {
    ByteBuffer out = ByteBuffer.allocate(size(text));
    write(out, text);
    return out.flip();
  }

  /**
   * Takes the header. What cannot become one is refused with its first wrong byte, as nobody can
   * say how many more a stranger will send.
   *
   * @return whether it is complete
   */
  boolean isHeaderRead(ByteBuffer in) throws MalformedException {
    while (headerBytes < HEADER_LINE.length && in.hasRemaining()) {
      if (in.get() != HEADER_LINE[headerBytes++]) {
        throw new MalformedException("the peer does not speak multistream-select 1.0");
      }
    }
    return headerBytes == HEADER_LINE.length;
  }

  static int size(String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length + 1;
    return Varint.size(length) + length;
  }

  /**
   * Takes the next line, and no byte behind it.
   *
   * @return null when it is not complete; then all that there was is taken
   */
  String next(ByteBuffer in) throws MalformedException, LimitException {
    while (in.hasRemaining()) {
      hold(in.get());
      ByteBuffer line = held.duplicate().flip();
      long length = Varint.tryRead(line);
      if (length == Varint.INCOMPLETE) {
        checkLength(held.position() < LENGTH_BYTES_MAX, "more");
      } else {
        checkLength(length <= HostLimits.MULTISTREAM_LINE_BYTES, Long.toString(length));
        int missing = (int) length - line.remaining();
        if (missing == 0) {
          held = null;
          return text(line);
        }
        holdAllBut(in, missing);
      }
    }
    return null;
  }

  /** Copies at once what is sure to belong to the line, except its last byte. */
  private void holdAllBut(ByteBuffer in, int missing) {
    int sure = Math.min(missing - 1, in.remaining());
    reserve(sure);
    held.put(in.slice(in.position(), sure));
    in.position(in.position() + sure);
  }

  private void hold(byte next) {
    reserve(1);
    held.put(next);
  }

  private void reserve(int bytes) {
    if (held == null) {
      held = ByteBuffer.allocate(Math.max(HELD_BYTES_MIN, bytes));
    } else if (held.remaining() < bytes) {
      int grown = Math.max(2 * held.capacity(), held.position() + bytes);
      held = ByteBuffer.allocate(grown).put(held.flip());
    }
  }

  private static void checkLength(boolean allowed, String length) throws LimitException {
    if (!allowed) {
      throw new LimitException(
          "a multistream line of "
              + length
              + " bytes; "
              + HostLimits.MULTISTREAM_LINE_BYTES
              + " are allowed");
    }
  }

  private static String text(ByteBuffer line) throws MalformedException {
    int last = line.limit() - 1;
    if (!line.hasRemaining() || line.get(last) != '\n') {
      throw new MalformedException("a multistream line without a line feed");
    }
    return StandardCharsets.UTF_8.decode(line.limit(last)).toString();
  }
}
