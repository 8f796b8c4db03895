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

/** Stages with real control groups, layers and a real nginx, and no node. */
final class TestStage {
  static final Path NGINX = Path.of("/usr/sbin/nginx");

  static final int LAYERS = 2;
  static final long LAYER_BYTES = 16L << 20;

  private TestStage() {}

  /** One quick round of nginx alone. */
  static Stage of(Path directory, LayerPlan plan, Cleanup cleanup) throws IOException {
    return of(directory, plan, cleanup, 1, List.of());
  }

  /** Quick rounds of nginx and others, on a few small layers. */
  static Stage small(Path directory, Cleanup cleanup, int rounds, List<Contender> others)
      throws IOException {
    return of(directory, LayerPlan.equal(LAYERS, LAYER_BYTES), cleanup, rounds, others);
  }

  private static Stage of(
      Path directory, LayerPlan plan, Cleanup cleanup, int rounds, List<Contender> others)
      throws IOException {
    Path data = directory.resolve("data");
    LayerSet layers = LayerSet.prepare(data, plan, false, cleanup, line -> {});
    NodeProgram none = NodeProgram.of(List.of("/none"), List.of(), directory, directory, cleanup);
    Stage.Plan timeless = new Stage.Plan(rounds, true, 1L << 30, 1);
    return new Stage(
        new NodeContender(none, directory, cleanup),
        new NginxContender(NGINX, directory, cleanup),
        others,
        new Fio(Path.of("/usr/bin/fio"), directory, cleanup),
        new Wrk(Path.of("/usr/bin/wrk"), directory, cleanup),
        layers,
        Optional.empty(),
        new Stage.Data(data, false),
        CgroupMounts.find(),
        cleanup,
        timeless,
        new Timetable(List.of(), timeless, 0),
        line -> {},
        new AtomicInteger());
  }
}
