package io.sluice.routing.multiformat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtobufTest {
  @Test
  void examplesOfTheEncodingGuide() throws MalformedException {
    assertEquals("089601", hex(new ProtobufWriter().number(1, 150)));
    assertEquals("120774657374696e67", hex(new ProtobufWriter().text(2, "testing")));
    ProtobufWriter inner = new ProtobufWriter().number(1, 150);
    assertEquals("1a03089601", hex(new ProtobufWriter().message(3, inner)));
    assertEquals("", hex(new ProtobufWriter().number(1, 0)));
    assertEquals("0a00", hex(new ProtobufWriter().bytes(1, new byte[0])));
    ProtobufReader reader = reader("089601120774657374696e67");
    assertTrue(reader.next());
    assertEquals(1, reader.field());
    assertEquals(150, reader.number());
    assertThrows(MalformedException.class, reader::bytes);
    assertTrue(reader.next());
    assertEquals(2, reader.field());
    assertEquals("testing", reader.text());
    assertThrows(MalformedException.class, reader::number);
    assertFalse(reader.next());
  }

  @Test
  void fieldsOfOtherTypesArePassedOver() throws MalformedException {
    ProtobufReader reader = reader("09" + "00".repeat(8) + "15" + "00".repeat(4) + "1801");
    assertTrue(reader.next());
    assertTrue(reader.next());
    assertTrue(reader.next());
    assertEquals(3, reader.field());
    assertEquals(1, reader.number());
    assertFalse(reader.next());
  }

  @Test
  void malformedMessagesAreRefused() {
    String[] messages = {
      "08",
      "0880",
      "0a05aaaa",
      "0b",
      "0c",
      "0f",
      "00",
      "0aff",
      "09000000",
      "0affffffffffffffffff01",
      "08ffffffffffffffffffff01"
    };
    for (String message : messages) {
      ProtobufReader reader = reader(message);
      assertThrows(MalformedException.class, reader::next, message);
    }
  }

  @Test
  void aMessageOnAStreamIsPrecededByItsLength() {
    ByteBuffer delimited = new ProtobufWriter().bytes(1, new byte[300]).toDelimited();
    assertEquals(2 + 303, delimited.remaining());
    assertEquals((byte) 0xaf, delimited.get(0));
    assertEquals(2, delimited.get(1));
  }

  @Test
  void nothingButMalformedExceptionsComesOfRandomBytes() {
    Random random = new Random(4);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      ProtobufReader reader = new ProtobufReader(ByteBuffer.wrap(bytes));
      try {
        while (reader.next()) {
          assertTrue(reader.field() > 0);
        }
      } catch (MalformedException e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
  }

  @Test
  void theWriterGrows() throws MalformedException {
    byte[] value = new byte[10_000];
    new Random(5).nextBytes(value);
    ProtobufReader reader =
        new ProtobufReader(ByteBuffer.wrap(new ProtobufWriter().bytes(7, value).toBytes()));
    assertTrue(reader.next());
    assertArrayEquals(value, reader.bytes());
  }

  private static ProtobufReader reader(String hex) {
    return new ProtobufReader(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  private static String hex(ProtobufWriter writer) {
    return HexFormat.of().formatHex(writer.toBytes());
  }
}
