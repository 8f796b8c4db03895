package io.sluice.containerd.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements come out whole, however a message is cut, and nothing else does. */
class ElementSplitterTest {
  private static final int ELEMENT_MAX = 300;

  private static List<String> split(byte[] message, int part) throws IOException {
    List<String> names = new ArrayList<>();
    ElementSplitter splitter = new ElementSplitter(1, ELEMENT_MAX);
    for (int at = 0; at < message.length; at += part) {
      ByteBuffer in = ByteBuffer.wrap(message, at, Math.min(part, message.length - at));
      splitter.onBytes(
          in,
          element -> {
            String name = "";
            while (element.next()) {
              name = element.text();
            }
            names.add(name);
          });
    }
    splitter.end();
    return names;
  }

  private static MessageWriter named(String name) {
    return new MessageWriter().text(1, name);
  }

  @Test
  void cutAtEveryByte() throws IOException {
    String longest = "x".repeat(ELEMENT_MAX - 3);
    byte[] message =
        new MessageWriter()
            .message(1, named("a"))
            .number(7, Long.MAX_VALUE)
            .text(900, "not asked for")
            .message(1, named(longest))
            .message(1, new MessageWriter())
            .toBytes();
    for (int part = 1; part <= message.length; part++) {
      assertEquals(List.of("a", longest, ""), split(message, part));
    }
  }

  @Test
  void fixedNumbersArePassedOver() throws IOException {
    byte[] message = HexFormat.of().parseHex("190102030405060708" + "1d01020304" + "0a030a0162");
    assertEquals(List.of("b"), split(message, 1));
  }

  @Test
  void anElementBeyondTheLimitIsRefused() {
    byte[] message = new MessageWriter().message(1, named("x".repeat(ELEMENT_MAX - 2))).toBytes();
    assertThrows(ElementSplitter.TooLargeException.class, () -> split(message, message.length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00", // field 0
        "0b", // a group
        "0a05", // cut before an element
        "0a05616263", // cut in an element
        "0a", // cut before a length
        "08", // cut before a number
        "0affffffffffffffffff01", // a negative length
        "12ffffffffffffffffffff01", // a length without end
        "808080808001", // a field beyond 2^29
        "0a020a05", // an element that is cut
      })
  void malformedMessagesAreRefused(String hex) {
    byte[] message = HexFormat.of().parseHex(hex);
    assertThrows(ProtobufException.class, () -> split(message, 1));
    assertThrows(ProtobufException.class, () -> split(message, message.length));
  }
}
