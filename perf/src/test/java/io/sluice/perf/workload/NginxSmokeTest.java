package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.perf.confine.CgroupMounts;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.contender.Fio;
import io.sluice.perf.contender.NginxContender;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.contender.NodeProgram;
import io.sluice.perf.contender.Running;
import io.sluice.perf.contender.Wrk;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.meter.MemoryCharge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server in a real control group; needs root and nginx. */
@Tag("root")
class NginxSmokeTest {
  private static final Path NGINX = Path.of("/usr/sbin/nginx");
  private static final long LAYER_BYTES = 16L << 20;
  private static final int LAYERS = 2;

  @TempDir private Path directory;

  private Stage stage(Cleanup cleanup) throws IOException {
    LayerSet layers =
        LayerSet.prepare(
            directory.resolve("data"),
            LayerPlan.equal(LAYERS, LAYER_BYTES),
            false,
            cleanup,
            line -> {});
    NginxContender nginx = new NginxContender(NGINX, directory, cleanup);
    Fio fio = new Fio(Path.of("/usr/bin/fio"), directory, cleanup);
    NodeProgram none = NodeProgram.of(List.of("/none"), List.of(), directory, directory, cleanup);
    return new Stage(
        new NodeContender(none, directory, cleanup),
        nginx,
        fio,
        new Wrk(Path.of("/usr/bin/wrk"), directory, cleanup),
        layers,
        Optional.empty(),
        new Stage.Data(directory, false),
        CgroupMounts.find(),
        cleanup,
        new Stage.Plan(1, true, 1L << 30, 1),
        line -> {},
        new AtomicInteger());
  }

  @Test
  void whatIsServedColdIsReadFromTheDeviceAndChargedAsPageCache() throws Exception {
    assumeTrue(Files.isExecutable(NGINX), "nginx is not installed");
    try (Cleanup cleanup = new Cleanup()) {
      Stage stage = stage(cleanup);
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
