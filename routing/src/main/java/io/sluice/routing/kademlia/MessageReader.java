package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.MalformedException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts what arrives on a stream into messages. Memory is taken as bytes arrive, not as a length
 * promises, and given back after each message.
 */
final class MessageReader {
  private static final int LENGTH_BYTES_MAX = 4;
  private static final int FIRST_BYTES = 512;
  private static final byte[] NONE = new byte[0];

  private final int messageBytesMax;
  private byte[] message = NONE;
  private int filled;
  private int length = -1;
  private int lengthSoFar;
  private int lengthBytes;

  /** Refuses messages of more than {@code messageBytesMax}. */
  MessageReader(int messageBytesMax) {
    this.messageBytesMax = messageBytesMax;
  }

  /**
   * The next complete message, or null when more bytes are needed. To be called until it returns
   * null.
   */
  KademliaMessage next(ByteBuffer in) throws MalformedException {
    if (length < 0 && !readLength(in)) {
      return null;
    }
    if (filled == 0 && in.remaining() >= length) {
      ByteBuffer whole = in.slice(in.position(), length);
      in.position(in.position() + length);
      forget();
      return MessageCodec.decode(whole);
    }
    int count = Math.min(in.remaining(), length - filled);
    if (filled + count > message.length) {
      int grown = Math.max(Math.max(FIRST_BYTES, 2 * message.length), filled + count);
      message = Arrays.copyOf(message, Math.min(grown, length));
    }
    in.get(message, filled, count);
    filled += count;
    if (filled < length) {
      return null;
    }
    ByteBuffer whole = ByteBuffer.wrap(message, 0, length);
    forget();
    return MessageCodec.decode(whole);
  }

  /** Whether a message has begun and not ended. */
  boolean isInside() {
    return length >= 0 || lengthBytes > 0;
  }

  private boolean readLength(ByteBuffer in) throws MalformedException {
    while (in.hasRemaining()) {
      byte octet = in.get();
      lengthSoFar |= (octet & 0x7f) << (7 * lengthBytes);
      lengthBytes++;
      if (octet >= 0) {
        if (lengthSoFar > messageBytesMax) {
          throw new MalformedException(
              "a message of " + lengthSoFar + " bytes, at most " + messageBytesMax);
        }
        length = lengthSoFar;
        return true;
      }
      if (lengthBytes == LENGTH_BYTES_MAX) {
        throw new MalformedException("a message's length does not end");
      }
    }
    return false;
  }

  private void forget() {
    message = NONE;
    filled = 0;
    length = -1;
    lengthSoFar = 0;
    lengthBytes = 0;
  }
}
