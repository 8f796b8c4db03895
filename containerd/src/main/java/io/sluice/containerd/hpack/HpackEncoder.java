package io.sluice.containerd.hpack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes header blocks without any state, so that the peer's table size does not matter. */
public final class HpackEncoder {
  private HpackEncoder() {}

  /** One block; what the static table has is named by its index, everything else is literal. */
  public static byte[] encode(List<Header> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    for (Header field : fields) {
      int index = StaticTable.indexOf(field.name(), field.value());
      if (index > 0) {
        integer(out, 0x80, 7, index);
        continue;
      }
      int nameIndex = StaticTable.indexOf(field.name());
      integer(out, 0, 4, nameIndex);
      if (nameIndex == 0) {
        string(out, field.name());
      }
      string(out, field.value());
    }
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    integer(out, 0, 7, bytes.length);
    out.writeBytes(bytes);
  }

  private static void integer(ByteArrayOutputStream out, int pattern, int prefixBits, int value) {
    int prefixMax = (1 << prefixBits) - 1;
    if (value < prefixMax) {
      out.write(pattern | value);
      return;
    }
    out.write(pattern | prefixMax);
    int rest = value - prefixMax;
    while (rest > 0x7f) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
