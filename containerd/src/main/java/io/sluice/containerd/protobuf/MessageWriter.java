package io.sluice.containerd.protobuf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Composes one message. What has its default value, zero or empty, is left out. */
public final class MessageWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

  /** Appends a number. */
  public MessageWriter number(int field, long value) {
    if (value != 0) {
      varint((long) field << 3);
      varint(value);
    }
    return this;
  }

  /** Appends text. */
  public MessageWriter text(int field, String value) {
    if (!value.isEmpty()) {
      bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  /** Appends texts, empty ones too. */
  public MessageWriter texts(int field, List<String> values) {
    for (String value : values) {
      bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  /** Appends a message, an empty one too. */
  public MessageWriter message(int field, MessageWriter value) {
    bytes(field, value.toBytes());
    return this;
  }

  /** The message so far. */
  public byte[] toBytes() {
    return out.toByteArray();
  }

  private void bytes(int field, byte[] value) {
    varint((long) field << 3 | WireType.BYTES);
    varint(value.length);
    out.writeBytes(value);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
