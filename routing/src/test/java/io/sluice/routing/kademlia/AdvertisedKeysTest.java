package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdvertisedKeysTest {
  @Test
  void itAgreesWithASetWhateverHappens() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    AdvertisedKeys keys = new AdvertisedKeys(100_000, 1);
    Set<ContentKey> model = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      ContentKey key = ContentKey.of("key " + random.nextInt(3000));
      if (random.nextInt(5) < 3) {
        assertTrue(keys.add(key));
        model.add(key);
      } else {
        keys.remove(key);
        model.remove(key);
      }
      assertEquals(model.contains(key), keys.contains(key.position()), "seed " + seed);
      assertEquals(model.size(), keys.size());
    }
    Set<ContentKey> left = new HashSet<>();
    int isNew = 0;
    for (int number = 0; number < keys.numbers(); number++) {
      if (keys.isAdvertised(number)) {
        left.add(keys.key(number));
        assertEquals(keys.key(number).position().prefix(), keys.prefix(number));
        isNew += keys.isNew(number) ? 1 : 0;
      }
    }
    assertEquals(model, left, "seed " + seed);
    assertEquals(isNew, keys.newKeys());
  }

  @Test
  void thereAreNoMoreThanAllowed() {
    AdvertisedKeys keys = new AdvertisedKeys(2, 1);
    assertTrue(keys.add(ContentKey.of("a")));
    assertTrue(keys.add(ContentKey.of("b")));
    assertTrue(keys.add(ContentKey.of("b")), "it is there already");
    assertFalse(keys.add(ContentKey.of("c")));
    keys.remove(ContentKey.of("a"));
    assertTrue(keys.add(ContentKey.of("c")));
  }

  @Test
  void aKeyIsNewUntilItIsAnnounced() {
    AdvertisedKeys keys = new AdvertisedKeys(10, 1);
    keys.add(ContentKey.of("a"));
    assertEquals(1, keys.newKeys());
    keys.announced(0);
    keys.announced(0);
    assertEquals(0, keys.newKeys());
    keys.renew(0);
    assertEquals(1, keys.newKeys());
    keys.remove(ContentKey.of("a"));
    assertEquals(0, keys.newKeys());
    keys.renew(0);
    assertEquals(0, keys.newKeys(), "nothing is renewed that is not advertised");
  }
}
