package io.sluice.containerd.protobuf;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes the elements of one repeated field out of a message that arrives in any pieces, so that a
 * list of any length takes the memory of its longest element. Other fields are passed over.
 */
public final class ElementSplitter {
  /** What is done with an element. */
  @FunctionalInterface
  public interface Sink {
    /** One element; the reader is valid during the call. */
    void accept(MessageReader element) throws IOException;
  }

  /** An element that is longer than allowed. */
  public static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
      super(message);
    }
  }

  private static final int BYTES_INITIAL = 1024;

  private enum State {
    TAG,
    NUMBER,
    LENGTH,
    SKIP,
    ELEMENT
  }

  private final int elementField;
  private final int elementBytesMax;
  private State state = State.TAG;
  private long varint;
  private int varintBytes;
  private int field;
  private long left;
  private byte[] element = new byte[BYTES_INITIAL];
  private int elementBytes;

  /**
   * Begins a message.
   *
   * @param elementField number of the repeated field
   * @param elementBytesMax the longest element
   */
  public ElementSplitter(int elementField, int elementBytesMax) {
    this.elementField = elementField;
    this.elementBytesMax = elementBytesMax;
  }

  /**
   * Takes all bytes of a buffer.
   *
   * @throws ProtobufException when the message is malformed
   * @throws TooLargeException when an element is too long
   * @throws IOException what the sink throws
   */
  public void onBytes(ByteBuffer in, Sink sink) throws IOException {
    while (in.hasRemaining()) {
      switch (state) {
        case TAG -> onTag(in);
        case NUMBER -> {
          if (readVarint(in)) {
            state = State.TAG;
          }
        }
        case LENGTH -> {
          if (readVarint(in)) {
            onLength(sink);
          }
        }
        case SKIP -> {
          int part = (int) Math.min(left, in.remaining());
          in.position(in.position() + part);
          left -= part;
          state = left == 0 ? State.TAG : State.SKIP;
        }
        case ELEMENT -> onElement(in, sink);
        default -> throw new IllegalStateException();
      }
    }
  }

  /**
   * The message has ended; another one may begin.
   *
   * @throws ProtobufException when it should not have ended here
   */
  public void end() throws ProtobufException {
    if (state != State.TAG || varintBytes != 0) {
      throw new ProtobufException("a message is cut short");
    }
  }

  private void onTag(ByteBuffer in) throws ProtobufException {
    if (!readVarint(in)) {
      return;
    }
    field = WireType.field(varint);
    int wireType = (int) (varint & WireType.MASK);
    if (wireType == WireType.VARINT) {
      state = State.NUMBER;
    } else if (wireType == WireType.BYTES) {
      state = State.LENGTH;
    } else {
      left = WireType.fixedBytes(wireType);
      state = State.SKIP;
    }
  }

  private void onLength(Sink sink) throws IOException {
    if (varint < 0) {
      throw new ProtobufException("a field has a negative length");
    }
    left = varint;
    state = State.SKIP;
    if (field == elementField) {
      if (left > elementBytesMax) {
        throw new TooLargeException(
            "an element has " + left + " bytes, and at most " + elementBytesMax + " are taken");
      }
      elementBytes = 0;
      state = State.ELEMENT;
    }
    if (left == 0) {
      if (state == State.ELEMENT) {
        sink.accept(new MessageReader(element, 0, 0));
      }
      state = State.TAG;
    }
  }

  private void onElement(ByteBuffer in, Sink sink) throws IOException {
    int part = (int) Math.min(left, in.remaining());
    if (elementBytes + part > element.length) {
      // As it arrives, not as it was announced.
      byte[] grown = new byte[Math.max(elementBytes + part, 2 * element.length)];
      System.arraycopy(element, 0, grown, 0, elementBytes);
      element = grown;
    }
    in.get(element, elementBytes, part);
    elementBytes += part;
    left -= part;
    if (left == 0) {
      state = State.TAG;
      sink.accept(new MessageReader(element, 0, elementBytes));
    }
  }

  /** Takes bytes of a varint; whether it is complete now. */
  private boolean readVarint(ByteBuffer in) throws ProtobufException {
    if (varintBytes == 0) {
      varint = 0;
    }
    while (in.hasRemaining()) {
      int next = in.get();
      varint |= (long) (next & 0x7f) << 7 * varintBytes;
      varintBytes++;
      if (next >= 0) {
        varintBytes = 0;
        return true;
      }
      if (varintBytes == WireType.VARINT_BYTES_MAX) {
        throw new ProtobufException("a varint is too long");
      }
    }
    return false;
  }
}
