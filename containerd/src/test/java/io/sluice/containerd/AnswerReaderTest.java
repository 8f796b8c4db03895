package io.sluice.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.protobuf.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages come out whole, however an answer is cut, and limits hold. */
class AnswerReaderTest {
  private static byte[] framed(int length, byte[] message) {
    ByteBuffer out = ByteBuffer.allocate(5 + message.length);
    return out.put((byte) 0).putInt(length).put(message).array();
  }

  private static byte[] framed(byte[] message) {
    return framed(message.length, message);
  }

  private static List<String> names(int field, byte[] answer, int part) throws IOException {
    List<String> names = new ArrayList<>();
    AnswerReader reader = new AnswerReader(field, in -> names.add(Decode.text(in, 1)));
    for (int at = 0; at < answer.length; at += part) {
      reader.onBytes(ByteBuffer.wrap(answer, at, Math.min(part, answer.length - at)));
    }
    reader.end();
    return names;
  }

  @Test
  void messagesCutAtEveryByte() throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.writeBytes(framed(new MessageWriter().text(1, "a").toBytes()));
    answer.writeBytes(framed(new byte[0]));
    answer.writeBytes(framed(new MessageWriter().text(1, "bc").toBytes()));
    for (int part = 1; part <= answer.size(); part++) {
      assertEquals(List.of("a", "", "bc"), names(AnswerReader.WHOLE, answer.toByteArray(), part));
    }
  }

  @Test
  void listsCutAtEveryByte() throws IOException {
    MessageWriter first = new MessageWriter();
    first.message(3, new MessageWriter().text(1, "a")).message(3, new MessageWriter());
    MessageWriter second = new MessageWriter().message(3, new MessageWriter().text(1, "b"));
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.writeBytes(framed(first.toBytes()));
    answer.writeBytes(framed(new byte[0]));
    answer.writeBytes(framed(second.toBytes()));
    for (int part = 1; part <= answer.size(); part++) {
      assertEquals(List.of("a", "", "b"), names(3, answer.toByteArray(), part));
    }
  }

  @Test
  void lengthsBeyondTheLimitsAreRefusedBeforeTheyCome() throws IOException {
    int whole = ContainerdLimits.ELEMENT_BYTES_MAX;
    assertEquals(1, names(AnswerReader.WHOLE, framed(new byte[0]), 1).size());
    assertEquals(Kind.NOT_CONTAINERD, refused(AnswerReader.WHOLE, framed(whole, new byte[0])));
    assertEquals(Kind.TOO_LARGE, refused(AnswerReader.WHOLE, framed(whole + 1, new byte[0])));
    int list = ContainerdLimits.ANSWER_BYTES_MAX;
    assertEquals(Kind.NOT_CONTAINERD, refused(1, framed(list, new byte[0])));
    assertEquals(Kind.TOO_LARGE, refused(1, framed(list + 1, new byte[0])));
    assertEquals(Kind.TOO_LARGE, refused(1, framed(-1, new byte[0])));
  }

  @Test
  void compressedAndTruncatedAnswersAreRefused() {
    byte[] compressed = framed(new byte[0]);
    compressed[0] = 1;
    assertEquals(Kind.NOT_CONTAINERD, refused(1, compressed));
    assertEquals(Kind.NOT_CONTAINERD, refused(1, new byte[3]));
    assertEquals(Kind.NOT_CONTAINERD, refused(1, framed(2, new byte[] {0x0a})));
  }

  private static Kind refused(int field, byte[] answer) {
    ContainerdException refused =
        assertThrows(ContainerdException.class, () -> names(field, answer, answer.length));
    return refused.kind();
  }
}
