package io.sluice.containerd;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.protobuf.ElementSplitter;
import io.sluice.containerd.protobuf.MessageReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the messages, or the elements of their one list, out of an answer's bytes. */
final class AnswerReader {
  /** In place of a field: messages are handed over as they are. */
  static final int WHOLE = 0;

  private static final int PREFIX_BYTES = 5;

  private final ElementSplitter splitter;
  private final ElementSplitter.Sink sink;
  private final ByteBuffer prefix = ByteBuffer.allocate(PREFIX_BYTES);
  private byte[] whole;
  private int messageBytes;
  private int left;
  private int messages;

  /**
   * Begins an answer.
   *
   * @param elementField the field that is the list, or {@link #WHOLE}
   */
  AnswerReader(int elementField, ElementSplitter.Sink sink) {
    this.splitter =
        elementField == WHOLE
            ? null
            : new ElementSplitter(elementField, ContainerdLimits.ELEMENT_BYTES_MAX);
    this.sink = sink;
  }

  /** How many messages are complete. */
  int messages() {
    return messages;
  }

  /**
   * Takes all bytes of a buffer.
   *
   * @throws ContainerdException when the answer is too large, or compressed, which nobody asked for
   * @throws IOException when a message is malformed, and what the sink throws
   */
  void onBytes(ByteBuffer in) throws IOException {
    while (in.hasRemaining()) {
      if (prefix.hasRemaining()) {
        prefix.put(in.get());
        if (!prefix.hasRemaining()) {
          begin();
        }
      } else {
        int part = Math.min(left, in.remaining());
        onPart(in.slice(in.position(), part));
        in.position(in.position() + part);
        left -= part;
      }
      if (!prefix.hasRemaining() && left == 0) {
        finish();
      }
    }
  }

  /**
   * The answer has ended.
   *
   * @throws ContainerdException when it should not have ended here
   */
  void end() throws ContainerdException {
    if (prefix.position() > 0) {
      throw new ContainerdException(
          Kind.NOT_CONTAINERD, "an answer of containerd ends in the middle of a message.");
    }
  }

  private void begin() throws ContainerdException {
    if (prefix.get(0) != 0) {
      throw new ContainerdException(
          Kind.NOT_CONTAINERD, "an answer of containerd is compressed, which was not asked for.");
    }
    int limit =
        splitter == null ? ContainerdLimits.ELEMENT_BYTES_MAX : ContainerdLimits.ANSWER_BYTES_MAX;
    messageBytes = prefix.getInt(1);
    if (messageBytes < 0 || messageBytes > limit) {
      throw new ContainerdException(
          Kind.TOO_LARGE,
          "an answer of containerd has "
              + Integer.toUnsignedString(messageBytes)
              + " bytes, and at most "
              + limit
              + " are taken; ask for less with a filter.");
    }
    left = messageBytes;
    whole = splitter == null ? new byte[messageBytes] : null;
  }

  private void onPart(ByteBuffer part) throws IOException {
    if (splitter == null) {
      part.get(whole, messageBytes - left, part.remaining());
    } else {
      splitter.onBytes(part, sink);
    }
  }

  private void finish() throws IOException {
    prefix.clear();
    messages++;
    if (splitter == null) {
      sink.accept(new MessageReader(whole));
      whole = null;
    } else {
      splitter.end();
    }
  }
}
