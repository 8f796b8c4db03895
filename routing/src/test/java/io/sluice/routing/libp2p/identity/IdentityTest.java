package io.sluice.routing.libp2p.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.PeerId;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The example of the peer id specification. */
class IdentityTest {
  /** Its private key: the seed, of what libp2p stores as seed and public key. */
  private static final String SEED =
      "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d";

  private static final String PUBLIC =
      "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
  private static final String PKCS8_PREFIX = "302e020100300506032b657004220420";

  @Test
  void aPrivateKeyHasThePublicKeyOfTheSpecification() throws Exception {
    byte[] pkcs8 = HexFormat.of().parseHex(PKCS8_PREFIX + SEED);
    Identity identity = Identity.of(pkcs8);
    assertEquals(PUBLIC, HexFormat.of().formatHex(identity.publicKeyMessage()));
    assertEquals(
        PeerId.parse("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"), identity.id());
    assertEquals(PKCS8_PREFIX + SEED, HexFormat.of().formatHex(identity.toPkcs8()));
  }

  @Test
  void onlyWhoHasTheKeySigns() throws Exception {
    Identity identity = Identity.generate();
    byte[] message = {1, 2, 3};
    byte[] signature = identity.sign(message);
    PublicKey key = PublicKey.of(identity.publicKeyMessage());
    assertEquals(identity.id(), key.peer());
    assertTrue(key.verifies(message, signature));
    assertFalse(key.verifies(new byte[] {1, 2}, signature));
    assertFalse(key.verifies(message, new byte[64]));
    assertFalse(key.verifies(message, new byte[3]));
    byte[] other = Identity.generate().publicKeyMessage();
    assertFalse(PublicKey.of(other).verifies(message, signature));
    Identity again = Identity.of(identity.toPkcs8());
    assertTrue(PublicKey.of(again.publicKeyMessage()).verifies(message, again.sign(message)));
  }

  @Test
  void otherKeysAreRefused() {
    String[] keys = {
      "", "0801", "08021220" + "00".repeat(32), "0801121f" + "00".repeat(31), "0801122120", "ff"
    };
    for (String key : keys) {
      byte[] message = HexFormat.of().parseHex(key);
      assertThrows(MalformedException.class, () -> PublicKey.of(message), key);
    }
    assertThrows(GeneralSecurityException.class, () -> Identity.of(new byte[48]));
  }
}
