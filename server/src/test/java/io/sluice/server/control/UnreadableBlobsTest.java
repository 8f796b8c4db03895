package io.sluice.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.Errno;
import io.sluice.server.log.CapturedLog;
import org.junit.jupiter.api.Test;

class UnreadableBlobsTest {
  private long nowNs = Long.MAX_VALUE - 1;
  private final UnreadableBlobs blobs = new UnreadableBlobs(() -> nowNs);

  @Test
  void namesTheBlobAndTheCause() {
    try (CapturedLog log = new CapturedLog()) {
      blobs.report("sha256:0123", Errno.EIO);
      blobs.report("sha256:4567", 0);
      String broken = log.lines("sha256:0123").getFirst();
      assertTrue(broken.contains(" ERROR store ") && broken.contains("EIO"), broken);
      String shorter = log.lines("sha256:4567").getFirst();
      assertTrue(shorter.contains(" WARN store A blob has become shorter"), shorter);
    }
  }

  @Test
  void eachBlobIsNamedOnceAMinute() {
    try (CapturedLog log = new CapturedLog()) {
      for (int second = 0; second < 150; second++) {
        blobs.report("sha256:0123", Errno.EIO);
        blobs.report("sha256:4567", Errno.EIO);
        nowNs += 1_000_000_000L;
      }
      assertEquals(3, log.lines("sha256:0123").size());
      assertEquals(3, log.lines("sha256:4567").size());
    }
  }

  @Test
  void onlySoManyAreRemembered() {
    try (CapturedLog log = new CapturedLog()) {
      for (int i = 0; i <= UnreadableBlobs.REMEMBERED; i++) {
        blobs.report("sha256:" + i, Errno.EIO);
      }
      blobs.report("sha256:1", Errno.EIO);
      assertEquals(UnreadableBlobs.REMEMBERED + 1, log.lines("sha256:").size());
      blobs.report("sha256:0", Errno.EIO);
      assertEquals(UnreadableBlobs.REMEMBERED + 2, log.lines("sha256:").size());
    }
  }
}
