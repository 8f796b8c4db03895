package io.sluice.routing.kademlia;

import java.nio.ByteBuffer;

/**
 * Reads protobuf fields one after the other: {@link #next} steps to a field, then exactly one of
 * the value methods or {@link #skip} takes it. Never reads beyond the buffer's limit.
 */
final class WireReader {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;
  private static final int VARINT_BYTES_MAX = 10;

  private final ByteBuffer buffer;
  private int wireType;

  /** Reads from the position of {@code buffer} to its limit. */
  WireReader(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** Number of the next field; 0 at the end. */
  int next() throws MalformedMessageException {
    if (!buffer.hasRemaining()) {
      return 0;
    }
    long tag = varint();
    wireType = (int) (tag & 7);
    long field = tag >>> 3;
    if (field <= 0 || field > 0x1fffffff) {
      throw new MalformedMessageException("field number " + field + " does not exist");
    }
    return (int) field;
  }

  /** The field's number value. */
  long number() throws MalformedMessageException {
    expect(VARINT);
    return varint();
  }

  /** The field's bytes: a view, to be read before the next call. */
  ByteBuffer bytes() throws MalformedMessageException {
    expect(LENGTH_DELIMITED);
    int length = length();
    ByteBuffer view = buffer.slice(buffer.position(), length);
    buffer.position(buffer.position() + length);
    return view;
  }

  /** A copy of the field's bytes. */
  byte[] byteArray() throws MalformedMessageException {
    ByteBuffer view = bytes();
    byte[] copy = new byte[view.remaining()];
    view.get(copy);
    return copy;
  }

  /** Passes over the field. */
  void skip() throws MalformedMessageException {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED_64 -> advance(8);
      case FIXED_32 -> advance(4);
      case LENGTH_DELIMITED -> advance(length());
      default -> throw new MalformedMessageException("wire type " + wireType + " is unknown");
    }
  }

  private void expect(int type) throws MalformedMessageException {
    if (wireType != type) {
      throw new MalformedMessageException("wire type " + wireType + " instead of " + type);
    }
  }

  private int length() throws MalformedMessageException {
    long length = varint();
    if (length < 0 || length > buffer.remaining()) {
      throw new MalformedMessageException("a field is longer than its message");
    }
    return (int) length;
  }

  private void advance(int bytes) throws MalformedMessageException {
    if (bytes > buffer.remaining()) {
      throw new MalformedMessageException("a field is longer than its message");
    }
    buffer.position(buffer.position() + bytes);
  }

  private long varint() throws MalformedMessageException {
    long value = 0;
    for (int i = 0; i < VARINT_BYTES_MAX && buffer.hasRemaining(); i++) {
      byte octet = buffer.get();
      value |= (long) (octet & 0x7f) << (7 * i);
      if (octet >= 0) {
        return value;
      }
    }
    throw new MalformedMessageException("a number does not end");
  }
}
