package io.sluice.routing.kademlia;

import java.nio.ByteBuffer;

/** Writes protobuf fields, and says beforehand how long they will be. */
final class WireWriter {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private WireWriter() {}

  static int varintBytes(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  /** Bytes of a field with {@code length} bytes of content; the field's number is below 16. */
  static int fieldBytes(int length) {
    return 1 + varintBytes(length) + length;
  }

  static void varint(ByteBuffer out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  static void number(ByteBuffer out, int field, long value) {
    varint(out, (long) field << 3 | VARINT);
    varint(out, value);
  }

  static void bytes(ByteBuffer out, int field, byte[] value) {
    begin(out, field, value.length);
    out.put(value);
  }

  /** The start of a field whose {@code length} bytes of content follow. */
  static void begin(ByteBuffer out, int field, int length) {
    varint(out, (long) field << 3 | LENGTH_DELIMITED);
    varint(out, length);
  }
}
