package io.sluice.routing.multiformat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CidTest {
  private static final String TEXT = "bafkreidh5g6dz7jbmpbjpa2y37qa2l4rftko4dez6b34gwb3hg2iv25req";
  private static final String MULTIHASH =
      "122067e9bc3cfd2163c2978358dfe00d2f912cd4ee0c99f077c3583b39b48aebb124";

  @Test
  void keysAreAdvertisedAsSpegelDoes() throws MalformedException {
    Cid cid = Cid.ofKey("sha256:abc");
    assertEquals(TEXT, cid.toString());
    assertEquals(MULTIHASH, HexFormat.of().formatHex(cid.multihash()));
    assertEquals("0155" + MULTIHASH, HexFormat.of().formatHex(cid.toBytes()));
    assertEquals(cid, Cid.parse(TEXT));
    assertEquals(cid.hashCode(), Cid.parse(TEXT).hashCode());
    assertEquals(Cid.RAW, cid.codec());
  }

  @Test
  void otherVersionsAndEncodingsAreRefused() {
    String[] texts = {"", "b", "bafk", "Qm", "f0155", "zz0", "b" + "a".repeat(300), TEXT + "a"};
    for (String text : texts) {
      assertThrows(MalformedException.class, () -> Cid.parse(text), text);
    }
    for (String hex : new String[] {"", "0055" + MULTIHASH, "0155", "0155" + MULTIHASH + "00"}) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThrows(MalformedException.class, () -> Cid.of(bytes), hex);
    }
  }
}
