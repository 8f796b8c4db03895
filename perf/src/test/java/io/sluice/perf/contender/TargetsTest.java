package io.sluice.perf.contender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.sluice.perf.load.BlobRequest;
import org.junit.jupiter.api.Test;

class TargetsTest {
  private static final String HEX = "ab".repeat(32);

  @Test
  void aRegistryIsAskedAsAllAre() {
    BlobRequest request = BlobRequest.whole(Targets.REGISTRY.blob(HEX), 1, HEX);
    assertSame(request, Targets.REGISTRY.own(request));
    assertEquals("/v2/bench/blobs/sha256:" + HEX, request.path());
  }

  @Test
  void anotherServerIsAskedForTheSameUnderItsOwnPath() {
    Targets own = new Targets("/b/{hex}?ns=x", "/m/{digest}");
    BlobRequest range = BlobRequest.range(Targets.REGISTRY.blob(HEX), 5, 7);
    assertEquals(BlobRequest.range("/b/" + HEX + "?ns=x", 5, 7), own.own(range));
    assertEquals("/m/sha256:" + HEX, own.own(Targets.REGISTRY.manifest(HEX)));
    assertEquals("/v2/", own.own("/v2/"));
  }
}
