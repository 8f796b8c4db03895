package io.sluice.routing.multiformat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Composes one protobuf message, in memory that grows with it. */
public final class ProtobufWriter {
  private static final int BYTES = 2;

  private ByteBuffer out = ByteBuffer.allocate(128);

  /** Appends a number that is not negative; zero, the default, is left out. */
  public ProtobufWriter number(int field, long value) {
    if (value != 0) {
      reserve(2 * Varint.BYTES_MAX);
      Varint.write(out, (long) field << 3);
      Varint.write(out, value);
    }
    return this;
  }

  /** Appends bytes, also when there are none. */
  public ProtobufWriter bytes(int field, byte[] value) {
    reserve(2 * Varint.BYTES_MAX + value.length);
    Varint.write(out, (long) field << 3 | BYTES);
    Varint.write(out, value.length);
    out.put(value);
    return this;
  }

  /** Appends text. */
  public ProtobufWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Appends a message. */
  public ProtobufWriter message(int field, ProtobufWriter value) {
    return bytes(field, value.toBytes());
  }

  /** Length so far, in bytes. */
  public int size() {
    return out.position();
  }

  /** The message. */
  public byte[] toBytes() {
    return Arrays.copyOf(out.array(), out.position());
  }

  /** The message preceded by its length, as libp2p sends messages on streams; to be read. */
  public ByteBuffer toDelimited() {
    ByteBuffer delimited = ByteBuffer.allocate(Varint.size(size()) + size());
    Varint.write(delimited, size());
    return delimited.put(out.array(), 0, out.position()).flip();
  }

  private void reserve(int bytes) {
    if (out.remaining() < bytes) {
      ByteBuffer grown = ByteBuffer.allocate(Math.max(2 * out.capacity(), out.position() + bytes));
      out = grown.put(out.flip());
    }
  }
}
