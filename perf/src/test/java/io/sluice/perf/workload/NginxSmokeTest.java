package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.RequestSource;
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
  private static final long LAYER_BYTES = 16L << 20;
  private static final int LAYERS = 2;

  @TempDir private Path directory;

  @Test
  void whatIsServedColdIsReadFromTheDeviceAndChargedAsPageCache() throws Exception {
    assumeTrue(Files.isExecutable(TestStage.NGINX), "nginx is not installed");
    try (Cleanup cleanup = new Cleanup()) {
      Stage stage = TestStage.of(directory, LayerPlan.equal(LAYERS, LAYER_BYTES), cleanup);
      Session session = stage.open(stage.peer(), OptionalLong.empty());
      try (session) {
        MemoryCharge before = session.memory().read();
        stage.layers().makeCold();
        Session.Measurement measured =
            session.measure(
                LAYERS,
                BodyMode.VERIFY,
                RequestSource.once(stage.layers().layers().stream().map(Running::whole).toList()));
        assertEquals(LAYERS * LAYER_BYTES, measured.load().bodyBytes());
        assertTrue(measured.deviceBytes() >= LAYERS * LAYER_BYTES);
        assertTrue(measured.cpuNs() > 0);
        long cacheGrowth = session.memory().read().cacheBytes() - before.cacheBytes();
        assertTrue(cacheGrowth >= LAYER_BYTES, "page cache grew by " + cacheGrowth);
      }
      assertFalse(session.running().process().running());
      assertEquals(List.of(), session.group().processes());
    }
  }
}
