package io.sluice.perf.workload;

import io.sluice.perf.confine.CgroupMounts;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Fio;
import io.sluice.perf.contender.NginxContender;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.contender.NodeProgram;
import io.sluice.perf.contender.Wrk;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Real control groups and layers, few and small; no node. */
final class SmallStage {
  static final int LAYERS = 2;
  static final long LAYER_BYTES = 16L << 20;

  private SmallStage() {}

  static Stage of(Path directory, Cleanup cleanup, int rounds, List<Contender> others)
      throws IOException {
    LayerSet layers =
        LayerSet.prepare(
            directory.resolve("data"),
            LayerPlan.equal(LAYERS, LAYER_BYTES),
            false,
            cleanup,
            line -> {});
    NodeProgram none = NodeProgram.of(List.of("/none"), List.of(), directory, directory, cleanup);
    return new Stage(
        new NodeContender(none, directory, cleanup),
        new NginxContender(Path.of("/usr/sbin/nginx"), directory, cleanup),
        others,
        new Fio(Path.of("/usr/bin/fio"), directory, cleanup),
        new Wrk(Path.of("/usr/bin/wrk"), directory, cleanup),
        layers,
        Optional.empty(),
        new Stage.Data(directory, false),
        CgroupMounts.find(),
        cleanup,
        new Stage.Plan(rounds, true, 1L << 30, 1),
        line -> {},
        new AtomicInteger());
  }
}
