package io.sluice.routing.libp2p.identify;

import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Varint;
import java.nio.ByteBuffer;

/** Cuts a stream into messages that are preceded by their lengths. */
public final class DelimitedReader {
  private final int messageBytesMax;
  private ByteBuffer prefix = ByteBuffer.allocate(Varint.BYTES_MAX);
  private ByteBuffer message;

  /** For messages of at most this length. */
  public DelimitedReader(int messageBytesMax) {
    this.messageBytesMax = messageBytesMax;
  }

  /**
   * Takes the next message, and no byte behind it.
   *
   * @return null when it is not complete; then all that there was is taken
   */
  public ByteBuffer next(ByteBuffer in) throws MalformedException, LimitException {
    while (message == null) {
      if (!in.hasRemaining()) {
        return null;
      }
      prefix.put(in.get());
      readLength();
    }
    int taken = Math.min(message.remaining(), in.remaining());
    message.put(in.slice(in.position(), taken));
    in.position(in.position() + taken);
    if (message.hasRemaining()) {
      return null;
    }
    ByteBuffer whole = message.flip();
    message = null;
    return whole;
  }

  /** Whether a message has begun and not ended. */
  public boolean isWithinMessage() {
    return message != null || prefix.position() > 0;
  }

  private void readLength() throws MalformedException, LimitException {
    long length = Varint.tryRead(prefix.duplicate().flip());
    if (length == Varint.INCOMPLETE) {
      return;
    }
    if (length > messageBytesMax) {
      throw new LimitException(
          "a message of " + length + " bytes, where " + messageBytesMax + " are allowed");
    }
    prefix.clear();
    message = ByteBuffer.allocate((int) length);
  }
}
