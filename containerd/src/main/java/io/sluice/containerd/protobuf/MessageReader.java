package io.sluice.containerd.protobuf;

import java.nio.charset.StandardCharsets;

/**
 * Walks over the fields of one message, without copying. Fields may come in any order and any
 * number; a value that is not asked for is passed over.
 */
public final class MessageReader {
  private final byte[] bytes;
  private final int end;
  private int at;
  private int field;
  private int wireType;
  private long number;
  private int valueStart;

  /** Reads a whole array. */
  public MessageReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Reads part of an array, which must not change meanwhile. */
  public MessageReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /**
   * Goes on to the next field.
   *
   * @return false at the end
   * @throws ProtobufException when the message is cut short or malformed
   */
  public boolean next() throws ProtobufException {
    if (at == end) {
      return false;
    }
    long tag = varint();
    field = WireType.field(tag);
    wireType = (int) (tag & WireType.MASK);
    number = 0;
    long length =
        switch (wireType) {
          case WireType.VARINT -> {
            number = varint();
            yield 0;
          }
          case WireType.BYTES -> varint();
          default -> WireType.fixedBytes(wireType);
        };
    if (length < 0 || length > end - at) {
      throw new ProtobufException("a message is cut short in field " + field);
    }
    valueStart = at;
    at += (int) length;
    return true;
  }

  /** Number of the current field. */
  public int field() {
    return field;
  }

  /**
   * Value of the current field as a number.
   *
   * @throws ProtobufException when it is of another type
   */
  public long number() throws ProtobufException {
    expect(WireType.VARINT);
    return number;
  }

  /**
   * Value of the current field as text.
   *
   * @throws ProtobufException when it is of another type
   */
  public String text() throws ProtobufException {
    expect(WireType.BYTES);
    return new String(bytes, valueStart, at - valueStart, StandardCharsets.UTF_8);
  }

  /**
   * Value of the current field as a message.
   *
   * @throws ProtobufException when it is of another type
   */
  public MessageReader message() throws ProtobufException {
    expect(WireType.BYTES);
    return new MessageReader(bytes, valueStart, at);
  }

  /** All that has not been walked over, a character for each byte. */
  String raw() {
    return new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
  }

  private void expect(int type) throws ProtobufException {
    if (wireType != type) {
      throw new ProtobufException("field " + field + " has the wire type " + wireType);
    }
  }

  private long varint() throws ProtobufException {
    long value = 0;
    for (int i = 0; i < WireType.VARINT_BYTES_MAX; i++) {
      if (at == end) {
        throw new ProtobufException("a message is cut short in a varint");
      }
      int next = bytes[at++];
      value |= (long) (next & 0x7f) << 7 * i;
      if (next >= 0) {
        return value;
      }
    }
    throw new ProtobufException("a varint is too long");
  }
}
