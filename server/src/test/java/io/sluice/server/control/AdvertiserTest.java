package io.sluice.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.Limits;
import io.sluice.server.store.BlobStore;
import io.sluice.server.store.Catalog;
import io.sluice.server.store.Digest;
import io.sluice.server.store.Reference;
import io.sluice.server.store.StoreLimits;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AdvertiserTest {
  private static final StoreLimits LIMITS = StoreLimits.DEFAULT;

  private Catalog catalog = Catalog.EMPTY;
  private long nowNs = 1L << 40;
  private final RecordingRouter router = new RecordingRouter();
  private final Advertiser advertiser = new Advertiser(storeOfCatalog(), router);

  private BlobStore storeOfCatalog() {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) -> {
              assertEquals("catalog", method.getName());
              return catalog;
            });
  }

  private static Digest digest(int number) {
    return new Digest("sha256", String.format("%064x", number));
  }

  private static Catalog catalog(int from, int to, String... tags) {
    Catalog.Builder builder = new Catalog.Builder(LIMITS);
    for (int i = from; i < to; i++) {
      builder.addDigest(digest(i), i, "application/octet-stream");
    }
    for (String tag : tags) {
      builder.addTag(Reference.parse(tag).orElseThrow(), 0);
    }
    return builder.build();
  }

  /** Turns until there is nothing to do at once; how many there were. */
  private int settle() {
    nowNs += Limits.ADVERTISE_LOOK_NS;
    int turns = 1;
    while (advertiser.turn(nowNs)) {
      turns++;
    }
    int told = router.advertised().size();
    assertEquals(told - router.withdrawn().size(), router.kept().size(), "each is told once");
    return turns;
  }

  @Test
  void tellsDigestsAndFullNames() {
    catalog = catalog(1, 3, "acme.test/library/app:1", "acme.test/tool:2.0");
    settle();
    assertEquals(
        Set.of(
            digest(1).toString(),
            digest(2).toString(),
            "acme.test/library/app:1",
            "acme.test/tool:2.0"),
        router.kept());
  }

  @Test
  void looksAtOnceWhenToldTo() {
    settle();
    catalog = catalog(1, 3);
    advertiser.turn(nowNs);
    assertEquals(Set.of(), router.kept());
    advertiser.look();
    advertiser.turn(nowNs);
    assertEquals(2, router.kept().size());
  }

  @Test
  void tellsTheDifference() {
    catalog = catalog(1, 5, "acme.test/app:1", "acme.test/app:2");
    settle();
    int before = router.calls();
    catalog = catalog(3, 7, "acme.test/app:2", "acme.test/app:3", "other.test/app:1");
    settle();
    Set<String> expected = new TreeSet<>();
    for (int i = 3; i < 7; i++) {
      expected.add(digest(i).toString());
    }
    expected.addAll(List.of("acme.test/app:2", "acme.test/app:3", "other.test/app:1"));
    assertEquals(expected, router.kept());
    assertEquals(2, router.calls() - before);
    catalog = Catalog.EMPTY;
    settle();
    assertTrue(router.kept().isEmpty());
  }

  @Test
  void looksOnceInAWhile() {
    settle();
    catalog = catalog(1, 2);
    assertFalse(advertiser.turn(nowNs + Limits.ADVERTISE_LOOK_NS - 1));
    assertEquals(0, router.calls());
    settle();
    assertEquals(1, router.calls());
    catalog = catalog(1, 2);
    settle();
    assertEquals(1, router.calls(), "the same content in another snapshot");
  }

  @Test
  void aLargeStoreIsToldInPortions() {
    int blobs = 10 * Limits.ADVERTISE_PER_TURN + 1;
    catalog = catalog(0, blobs);
    int turns = settle();
    assertEquals(blobs, router.kept().size());
    assertEquals(Limits.ADVERTISE_PER_TURN, router.most());
    assertEquals(12, turns, "eleven that tell, one that finds nothing to withdraw");
  }

  @Test
  void aSnapshotThatComesMeanwhileIsTheNextOne() {
    catalog = catalog(0, 3 * Limits.ADVERTISE_PER_TURN);
    advertiser.turn(nowNs);
    catalog = catalog(0, 1);
    settle();
    settle();
    assertEquals(Set.of(digest(0).toString()), router.kept());
  }
}
