package io.sluice.perf.workload;

import io.sluice.perf.confine.CgroupMounts;
import io.sluice.perf.confine.Cleanup;
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

/** A stage of one quick round with a real nginx and no node. */
final class TestStage {
  static final Path NGINX = Path.of("/usr/sbin/nginx");

  private TestStage() {}

  static Stage of(Path directory, LayerPlan plan, Cleanup cleanup) throws IOException {
    Path data = directory.resolve("data");
    LayerSet layers = LayerSet.prepare(data, plan, false, cleanup, line -> {});
    NodeProgram none = NodeProgram.of(List.of("/none"), List.of(), directory, directory, cleanup);
    return new Stage(
        new NodeContender(none, directory, cleanup),
        new NginxContender(NGINX, directory, cleanup),
        new Fio(Path.of("/usr/bin/fio"), directory, cleanup),
        new Wrk(Path.of("/usr/bin/wrk"), directory, cleanup),
        layers,
        Optional.empty(),
        new Stage.Data(data, false),
        CgroupMounts.find(),
        cleanup,
        new Stage.Plan(1, true, 1L << 30, 1),
        line -> {},
        new AtomicInteger());
  }
}
