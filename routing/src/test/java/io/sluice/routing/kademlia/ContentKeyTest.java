package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.routing.multiformat.Cid;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentKeyTest {
  /** The first is from Spegel's own test. */
  @ParameterizedTest
  @CsvSource({
    "foobar, 1220c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2,"
        + " bd8506b070010a16a922a8f14536e7390f5f265c7515c00783bb98b58c2e444f",
    "sha256:abc, 122067e9bc3cfd2163c2978358dfe00d2f912cd4ee0c99f077c3583b39b48aebb124,"
        + " b3a65f94ed309ae63ccb9e5638223764bfc090622940220b10de68c51ef79cb1",
  })
  void keysAreThoseOfSpegel(String text, String wire, String position) {
    ContentKey key = ContentKey.of(text);
    assertEquals(wire, HexFormat.of().formatHex(key.toBytes()));
    assertEquals(position, key.position().toString());
  }

  @Test
  void theyAreTheMultihashesOfItsCids() throws Exception {
    Cid cid = Cid.parse("bafkreigdvoh7cnza5cwzar65hfdgwpejotszfqx2ha6uuolaofgk54ge6i");
    assertEquals(
        HexFormat.of().formatHex(cid.multihash()),
        HexFormat.of().formatHex(ContentKey.of("foobar").toBytes()));
  }
}
