package io.sluice.perf;

import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Program;
import io.sluice.perf.meter.DeviceMeter;
import io.sluice.perf.workload.Stage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where figures come from: what a reader has to know to compare them with others. */
final class Environment {
  private Environment() {}

  /**
   * Looks around.
   *
   * @param options what was asked for
   * @param stage what is measured
   * @return names and values, in the order to print them
   * @throws IOException when the data directory cannot be looked at
   */
  static Map<String, String> describe(BenchOptions options, Stage stage) throws IOException {
    Path data = options.data;
    HostFacts host = new HostFacts(Path.of("/"));
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("system", host.system());
    facts.put("kernel", System.getProperty("os.version") + " " + System.getProperty("os.arch"));
    facts.put("cpu", Runtime.getRuntime().availableProcessors() + " x " + host.processor());
    facts.put("cpu governor", host.governor());
    facts.put("cpu mitigations", host.mitigations());
    facts.put("memory", host.memory());
    facts.put("transparent huge pages", host.hugePages());
    facts.put("disk", host.disk(DeviceMeter.deviceOf(data)));
    facts.put("file system", Files.getFileStore(data).type() + ", " + host.mountOptions(data));
    facts.put("limits", host.limits());
    facts.put(
        "control groups",
        stage.mounts()
            + (stage.mounts().unified()
                ? ""
                : ", which charges sockets only where it limits them"));
    facts.put(
        "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    facts.put("node", stage.node().program().description());
    facts.put("node flags", stage.node().settings());
    facts.put("nginx", firstLine(Program.says(options.nginx, "-v")));
    List<Contender> contenders = new ArrayList<>(List.of(stage.peer()));
    contenders.addAll(stage.others());
    for (Contender contender : contenders) {
      facts.put(contender.name(), contender.missing().orElseGet(contender::settings));
    }
    facts.put("CPU quota", stage.plan().quota().map(q -> q.cpus() + " CPUs each").orElse("none"));
    facts.put("fio", firstLine(Program.says(options.fio, "--version")));
    facts.put("wrk", firstLine(Program.says(options.wrk, "--version")));
    facts.put("rounds", Integer.toString(stage.rounds()));
    facts.put("seed", Long.toString(stage.plan().seed()));
    facts.put("load average before", host.load());
    return facts;
  }

  /**
   * The same once all is measured.
   *
   * @param before what was there at the beginning
   * @return the same, with what can only be known now
   */
  static Map<String, String> atEnd(Map<String, String> before) {
    Map<String, String> facts = new LinkedHashMap<>(before);
    facts.put("load average after", new HostFacts(Path.of("/")).load());
    long seconds = ManagementFactory.getRuntimeMXBean().getUptime() / 1_000;
    facts.put("duration", seconds + " s");
    return facts;
  }

  private static String firstLine(String said) {
    return said.lines().findFirst().orElse("not there");
  }
}
