package io.sluice.containerd.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Arbitrary bytes as a message: the reader of a whole one and the splitter of one in pieces find
 * the same elements, however it is cut, or both refuse it.
 */
class MessageFuzzTest {
  private static final int FIELD = 1;
  private static final int ELEMENT_MAX = 64;

  @FuzzTest(maxDuration = "2m")
  void message(byte[] bytes) {
    List<String> read = new ArrayList<>();
    boolean good = read(bytes, read);
    List<String> whole = new ArrayList<>();
    List<String> cut = new ArrayList<>();
    boolean wholeGood = split(bytes, Math.max(bytes.length, 1), whole);
    assertEquals(wholeGood, split(bytes, 1, cut));
    assertEquals(whole, cut);
    boolean allShort = read.stream().allMatch(element -> element.length() <= ELEMENT_MAX);
    if (good && allShort) {
      assertTrue(wholeGood);
      assertEquals(read, whole);
    } else if (allShort) {
      assertFalse(wholeGood);
    }
  }

  private static boolean read(byte[] bytes, List<String> elements) {
    MessageReader reader = new MessageReader(bytes);
    try {
      while (reader.next()) {
        if (reader.field() == FIELD && isBytes(reader)) {
          elements.add(contents(reader.message()));
        }
      }
      return true;
    } catch (ProtobufException e) {
      assertFalse(e.getMessage().isEmpty());
      return false;
    }
  }

  private static boolean isBytes(MessageReader reader) {
    try {
      reader.message();
      return true;
    } catch (ProtobufException e) {
      return false;
    }
  }

  private static boolean split(byte[] bytes, int part, List<String> elements) {
    ElementSplitter splitter = new ElementSplitter(FIELD, ELEMENT_MAX);
    try {
      for (int at = 0; at < bytes.length; at += part) {
        ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(part, bytes.length - at));
        splitter.onBytes(in, element -> elements.add(contents(element)));
      }
      splitter.end();
      return true;
    } catch (IOException e) {
      assertFalse(e.getMessage().isEmpty());
      return false;
    }
  }

  /** A character for each byte, whatever it is. */
  private static String contents(MessageReader element) {
    return element.raw();
  }
}
