package io.sluice.routing.multiformat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Values of the peer id specification, and of js-libp2p. */
class PeerIdTest {
  private static final String KEY =
      "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
  private static final String SHA2_256 =
      "12209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9";

  @Test
  void anEd25519KeyIsItsOwnHash() throws MalformedException {
    PeerId id = PeerId.ofPublicKey(HexFormat.of().parseHex(KEY));
    assertEquals("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq", id.toString());
    assertEquals("0024" + KEY, HexFormat.of().formatHex(id.toBytes()));
    assertEquals(38, id.size());
    assertEquals(id, PeerId.parse(id.toString()));
    assertEquals(id.hashCode(), PeerId.parse(id.toString()).hashCode());
  }

  @Test
  void aLongKeyIsHashed() {
    byte[] key = new byte[43];
    assertArrayEquals(Multihash.sha256(key), PeerId.ofPublicKey(key).toBytes());
    assertEquals(44, PeerId.ofPublicKey(new byte[42]).size());
  }

  @Test
  void textIsBase58OrCid() throws MalformedException {
    checkText(
        "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA",
        "0024080112202ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c37eb1336b",
        "bafzaajaiaejcal72gwuz2or47oyxxn6b3rkwdmmkrxgkjxzy3rqt5kczyn7lcm3l",
        "z5AanNVJCxnJ4fhdT9DsSUYvwjgHpsJ4pn4bueg8bvDe6b1tDj9rmdk");
    checkText(
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
        SHA2_256,
        "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
        "zdvgqC3jczfCwLUoSyWT8GLc5UZ9aG4RkAg7XAfidRbX9qVj6");
  }

  @Test
  void whatNoKeyCanHaveIsRefused() {
    String[] texts = {
      "",
      "12D3KooW",
      "Qm",
      "x",
      "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
      "bafkreidh5g6dz7jbmpbjpa2y37qa2l4rftko4dez6b34gwb3hg2iv25req",
      "1".repeat(500)
    };
    for (String text : texts) {
      assertThrows(MalformedException.class, () -> PeerId.parse(text), text);
    }
    // Another hash function, a wrong length, something behind, nothing, too long.
    String[] binary = {
      "1320" + "00".repeat(32),
      "1220" + "00".repeat(31),
      SHA2_256 + "00",
      "",
      "002b" + "00".repeat(43)
    };
    for (String hex : binary) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThrows(MalformedException.class, () -> PeerId.of(bytes), hex);
    }
  }

  private static void checkText(String text, String hex, String base32Cid, String base58Cid)
      throws MalformedException {
    PeerId id = PeerId.of(HexFormat.of().parseHex(hex));
    assertEquals(text, id.toString());
    assertEquals(id, PeerId.parse(text));
    assertEquals(id, PeerId.parse(base32Cid));
    assertEquals(id, PeerId.parse(base58Cid));
    assertEquals(base32Cid, Cid.of(Cid.LIBP2P_KEY, id.toBytes()).toString());
  }
}
