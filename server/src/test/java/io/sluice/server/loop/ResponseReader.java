package io.sluice.server.loop;

import java.nio.charset.StandardCharsets;

/** Splits what a client receives into responses; knows nothing about what they should be. */
final class ResponseReader {
  private static final int HEAD_BYTES_MAX = 4096;

  private final Listener listener;
  private final byte[] head = new byte[HEAD_BYTES_MAX];
  private int headLength;
  private long bodyLeft = -1;

  ResponseReader(Listener listener) {
    this.listener = listener;
  }

  /** Hears about responses, in order. */
  interface Listener {
    /**
     * A head is complete.
     *
     * @return the length of the body that follows
     */
    long onHead(String text);

    /** A piece of the body. */
    void onBody(byte[] bytes, int from, int length);

    /** The response is complete. */
    void onComplete();
  }

  void onBytes(byte[] bytes, int length) {
    int at = 0;
    while (at < length) {
      if (bodyLeft < 0) {
        readHeadByte(bytes[at++]);
      } else {
        int piece = (int) Math.min(bodyLeft, length - at);
        listener.onBody(bytes, at, piece);
        at += piece;
        bodyLeft -= piece;
        endIfComplete();
      }
    }
  }

  /** Whether a response has begun and not ended. */
  boolean isInside() {
    return headLength > 0 || bodyLeft >= 0;
  }

  private void readHeadByte(byte next) {
    if (headLength == HEAD_BYTES_MAX) {
      throw new AssertionError("a response head is longer than " + HEAD_BYTES_MAX + " bytes");
    }
    head[headLength++] = next;
    boolean ended =
        headLength >= 4
            && head[headLength - 4] == '\r'
            && head[headLength - 3] == '\n'
            && head[headLength - 2] == '\r'
            && next == '\n';
    if (ended) {
      String text = new String(head, 0, headLength, StandardCharsets.ISO_8859_1);
      headLength = 0;
      bodyLeft = listener.onHead(text);
      endIfComplete();
    }
  }

  private void endIfComplete() {
    if (bodyLeft == 0) {
      bodyLeft = -1;
      listener.onComplete();
    }
  }
}
