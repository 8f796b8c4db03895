package io.sluice.routing.multiformat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Walks over the fields of one protobuf message without building anything. Fields may come in any
 * order and any number; a value that is not asked for is passed over.
 */
public final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int VARINT_BYTES_MAX = 10;

  private final ByteBuffer in;
  private int field;
  private int wireType;
  private long number;
  private int valueStart;

  /** Reads what remains of a buffer, whose position stays. */
  public ProtobufReader(ByteBuffer message) {
    in = message.slice();
  }

  /**
   * Goes on to the next field.
   *
   * @return false at the end
   * @throws MalformedException when the message is cut short, or of groups
   */
  public boolean next() throws MalformedException {
    if (!in.hasRemaining()) {
      return false;
    }
    long tag = readVarint();
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (field <= 0 || tag >>> 32 != 0) {
      throw new MalformedException("a protobuf message has a field of number " + (tag >>> 3));
    }
    number = 0;
    long length =
        switch (wireType) {
          case VARINT -> {
            number = readVarint();
            yield 0;
          }
          case FIXED64 -> Long.BYTES;
          case FIXED32 -> Integer.BYTES;
          case BYTES -> readVarint();
          default -> throw new MalformedException("a protobuf field of wire type " + wireType);
        };
    if (length < 0 || length > in.remaining()) {
      throw new MalformedException("a protobuf message is cut short in field " + field);
    }
    valueStart = in.position();
    in.position(valueStart + (int) length);
    return true;
  }

  /** Number of the current field. */
  public int field() {
    return field;
  }

  /**
   * Value of the current field as a number.
   *
   * @throws MalformedException when it is of another type
   */
  public long number() throws MalformedException {
    expect(VARINT);
    return number;
  }

  /**
   * Value of the current field as bytes: a view, valid as long as the message.
   *
   * @throws MalformedException when it is of another type
   */
  public ByteBuffer view() throws MalformedException {
    expect(BYTES);
    return in.slice(valueStart, in.position() - valueStart);
  }

  /**
   * A copy of the value of the current field.
   *
   * @throws MalformedException when it is of another type
   */
  public byte[] bytes() throws MalformedException {
    ByteBuffer view = view();
    byte[] copy = new byte[view.remaining()];
    view.get(copy);
    return copy;
  }

  /**
   * Value of the current field as text.
   *
   * @throws MalformedException when it is of another type
   */
  public String text() throws MalformedException {
    return StandardCharsets.UTF_8.decode(view()).toString();
  }

  private void expect(int type) throws MalformedException {
    if (wireType != type) {
      throw new MalformedException("protobuf field " + field + " is of wire type " + wireType);
    }
  }

  private long readVarint() throws MalformedException {
    long value = 0;
    for (int i = 0; i < VARINT_BYTES_MAX; i++) {
      if (!in.hasRemaining()) {
        throw new MalformedException("a protobuf message is cut short in a varint");
      }
      int next = in.get();
      value |= (long) (next & 0x7f) << 7 * i;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("a protobuf varint has more than " + VARINT_BYTES_MAX + " bytes");
  }
}
