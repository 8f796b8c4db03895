package io.sluice.containerd.hpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 7541 appendix C, and what it says of errors. */
class HpackTest {
  private static final int TABLE = 4096;
  private static final int LIST = 1000;

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
  }

  private static String text(HeaderList list) {
    return list.fields().stream()
        .map(field -> field.name() + ": " + field.value())
        .collect(Collectors.joining("\n"));
  }

  private static void check(HpackDecoder decoder, String hex, int tableSize, String... fields)
      throws HpackException {
    assertEquals(String.join("\n", fields), text(decoder.decode(bytes(hex))));
    assertEquals(tableSize, decoder.tableSize());
  }

  private static HeaderList decode(String hex) throws HpackException {
    return new HpackDecoder(TABLE, LIST).decode(bytes(hex));
  }

  @Test
  void literalsAndAnIndexAsInC2() throws HpackException {
    check(
        new HpackDecoder(TABLE, LIST),
        "400a637573746f6d2d6b65790d637573746f6d2d686561646572",
        55,
        "custom-key: custom-header");
    check(new HpackDecoder(TABLE, LIST), "040c2f73616d706c652f70617468", 0, ":path: /sample/path");
    check(
        new HpackDecoder(TABLE, LIST), "100870617373776f726406736563726574", 0, "password: secret");
    check(new HpackDecoder(TABLE, LIST), "82", 0, ":method: GET");
  }

  @Test
  void requestsAsInC3() throws HpackException {
    requests(
        "828684410f7777772e6578616d706c652e636f6d",
        "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565");
  }

  @Test
  void requestsWithHuffmanCodeAsInC4() throws HpackException {
    requests(
        "828684418cf1e3c2e5f23a6ba0ab90f4ff",
        "828684be5886a8eb10649cbf",
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf");
  }

  private static void requests(String first, String second, String third) throws HpackException {
    HpackDecoder decoder = new HpackDecoder(TABLE, LIST);
    String authority = ":authority: www.example.com";
    check(decoder, first, 57, ":method: GET", ":scheme: http", ":path: /", authority);
    check(
        decoder,
        second,
        110,
        ":method: GET",
        ":scheme: http",
        ":path: /",
        authority,
        "cache-control: no-cache");
    check(
        decoder,
        third,
        164,
        ":method: GET",
        ":scheme: https",
        ":path: /index.html",
        authority,
        "custom-key: custom-value");
  }

  @Test
  void answersWithEvictionAsInC5() throws HpackException {
    answers(
        """
        4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54
        6e1768747470733a2f2f7777772e6578616d706c652e636f6d
        """,
        "4803333037c1c0bf",
        """
        88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f
        3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076
        657273696f6e3d31
        """);
  }

  @Test
  void answersWithHuffmanCodeAsInC6() throws HpackException {
    answers(
        """
        488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f
        0b97c8e9ae82ae43d3
        """,
        "4883640effc1c0bf",
        """
        88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335df
        dfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007
        """);
  }

  private static void answers(String first, String second, String third) throws HpackException {
    HpackDecoder decoder = new HpackDecoder(256, LIST);
    String control = "cache-control: private";
    String date = "date: Mon, 21 Oct 2013 20:13:21 GMT";
    String location = "location: https://www.example.com";
    check(decoder, first, 222, ":status: 302", control, date, location);
    check(decoder, second, 222, ":status: 307", control, date, location);
    check(
        decoder,
        third,
        215,
        ":status: 200",
        control,
        "date: Mon, 21 Oct 2013 20:13:22 GMT",
        location,
        "content-encoding: gzip",
        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
  }

  @Test
  void theTableIsEmptiedAndFilledAgain() throws HpackException {
    HpackDecoder decoder = new HpackDecoder(TABLE, LIST);
    check(decoder, "400161 0162", 34, "a: b");
    // Size 0, then 4096 again.
    check(decoder, "20 3fe11f", 0);
    check(decoder, "400161 0162 be", 34, "a: b", "a: b");
  }

  @Test
  void aFieldLargerThanTheTableEmptiesIt() throws HpackException {
    HpackDecoder decoder = new HpackDecoder(40, LIST);
    check(decoder, "400161 0162", 34, "a: b");
    check(decoder, "40 03616161 0a62626262626262626262", 0, "aaa: bbbbbbbbbb");
  }

  @Test
  void aListBeyondTheLimitIsDecodedAndCut() throws HpackException {
    HpackDecoder decoder = new HpackDecoder(TABLE, 34 + 33);
    HeaderList full = decoder.decode(bytes("400161 0162 00016300"));
    assertFalse(full.isTooLarge());
    HeaderList cut = decoder.decode(bytes("400164 0165 be bf"));
    assertTrue(cut.isTooLarge());
    assertEquals("d: e", text(cut));
    // The table has followed.
    assertEquals("a: b", text(decoder.decode(bytes("bf"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // index 0
        "be", // beyond the tables
        "ffffffffff0f", // index of 2^32
        "ff80808080808080", // an integer without end
        "ff", // cut in an integer
        "00", // cut before the name
        "000161", // cut before the value
        "00026100", // cut in a string
        "3fe21f", // a table of 4097 bytes
        "8220", // a size after a field
        "0001610301", // a string longer than the block
        "00016181fe", // padding of zeroes in Huffman code: 0 is "2"
        "00016184ffffffff", // the end mark
        "00016182ffff", // padding of more than seven bits
      })
  void malformedBlocksAreRefused(String hex) {
    HpackException refused = assertThrows(HpackException.class, () -> decode(hex));
    assertFalse(refused.getMessage().isEmpty());
  }

  @Test
  void huffmanHasACodeForEveryByte() throws HpackException {
    StringBuilder bits = new StringBuilder();
    StringBuilder all = new StringBuilder();
    int code = 0;
    String[] codes = new String[256];
    for (int length = 5; length <= 30; length++) {
      code <<= 1;
      for (int symbol = 0; symbol < 256; symbol++) {
        if (Huffman.LENGTHS.charAt(symbol) - 'a' + 5 == length) {
          String binary = Integer.toBinaryString(code++);
          codes[symbol] = "0".repeat(length - binary.length()) + binary;
        }
      }
    }
    assertEquals("0".repeat(5), codes['0']);
    for (int symbol = 0; symbol < 256; symbol++) {
      bits.append(codes[symbol]);
      all.append((char) symbol);
    }
    while (bits.length() % 8 != 0) {
      bits.append('1');
    }
    ByteBuffer packed = ByteBuffer.allocate(bits.length() / 8);
    for (int at = 0; at < bits.length(); at += 8) {
      packed.put((byte) Integer.parseInt(bits.substring(at, at + 8), 2));
    }
    assertEquals(all.toString(), Huffman.decode(packed.flip()));
  }

  @Test
  void whatIsEncodedDecodes() throws HpackException {
    List<Header> fields =
        List.of(
            new Header(":method", "POST"),
            new Header(":path", "/a.B/C"),
            new Header("te", "trailers"),
            new Header("x", ""),
            new Header("long", "v".repeat(600)));
    byte[] block = HpackEncoder.encode(fields);
    assertEquals(fields, new HpackDecoder(0, LIST).decode(ByteBuffer.wrap(block)).fields());
    assertEquals((byte) 0x83, block[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":path", "Upper", "sp ace", "caf\u00e9", "nul\u0000"})
  void namesThatHttpDoesNotAllowAreNoticed(String name) {
    HeaderList list = new HeaderList(LIST);
    list.add(new Header(":status", "200"));
    list.add(new Header("good", "x"));
    assertTrue(list.isWellFormed());
    list.add(new Header(name, "x"));
    assertFalse(list.isWellFormed());
  }
}
