package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.perf.confine.Cleanup;
<<<<<<< HEAD
import io.sluice.perf.contender.NginxContender;
=======
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.LayerPlan;
>>>>>>> load
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.meter.MemoryCharge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server in a real control group; needs root and nginx. */
@Tag("root")
class NginxSmokeTest {
<<<<<<< HEAD
  private static final Path NGINX = Path.of("/usr/sbin/nginx");
  private static final long BYTES = SmallStage.LAYERS * SmallStage.LAYER_BYTES;
=======
  private static final long LAYER_BYTES = 16L << 20;
  private static final int LAYERS = 2;
>>>>>>> load

  @TempDir private Path directory;

  @Test
  void whatIsServedColdIsReadFromTheDeviceAndChargedAsPageCache() throws Exception {
    assumeTrue(Files.isExecutable(TestStage.NGINX), "nginx is not installed");
    try (Cleanup cleanup = new Cleanup()) {
<<<<<<< HEAD
      Stage stage = SmallStage.of(directory, cleanup, 1, List.of());
=======
      Stage stage = TestStage.of(directory, LayerPlan.equal(LAYERS, LAYER_BYTES), cleanup);
>>>>>>> load
      Session session = stage.open(stage.peer(), OptionalLong.empty());
      try (session) {
        MemoryCharge before = session.memory().read();
        Session.Measurement measured = serveCold(stage, session);
        assertEquals(BYTES, measured.load().bodyBytes());
        assertTrue(measured.deviceBytes() >= BYTES);
        assertTrue(measured.cpuNs() > 0);
        long cacheGrowth = session.memory().read().cacheBytes() - before.cacheBytes();
        assertTrue(cacheGrowth >= SmallStage.LAYER_BYTES, "page cache grew by " + cacheGrowth);
      }
      assertFalse(session.running().process().running());
      assertEquals(List.of(), session.group().processes());
    }
  }

  @Test
  void directReadsPassThePageCacheBy() throws Exception {
    assumeTrue(Files.isExecutable(NGINX), "nginx is not installed");
    try (Cleanup cleanup = new Cleanup()) {
      Stage stage = SmallStage.of(directory, cleanup, 1, List.of());
      NginxContender direct = stage.peer().direct();
      assertEquals(Optional.empty(), direct.missing());
      try (Session session = stage.open(direct, OptionalLong.empty())) {
        long before = session.memory().read().cacheBytes();
        assertTrue(serveCold(stage, session).deviceBytes() >= BYTES);
        long cacheGrowth = session.memory().read().cacheBytes() - before;
        assertTrue(cacheGrowth < 1 << 20, "page cache grew by " + cacheGrowth);
      }
    }
  }

  private static Session.Measurement serveCold(Stage stage, Session session)
      throws IOException, InterruptedException {
    stage.layers().makeCold();
    return session.measure(SmallStage.LAYERS, BodyMode.VERIFY, WarmUp.wholeLayers(stage.layers()));
  }
}
