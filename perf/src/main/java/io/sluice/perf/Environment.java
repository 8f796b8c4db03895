package io.sluice.perf;

import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Program;
import io.sluice.perf.meter.DeviceMeter;
import io.sluice.perf.workload.Stage;
import java.io.IOException;
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
  private static final long MIB = 1 << 20;

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
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("kernel", System.getProperty("os.version") + " " + System.getProperty("os.arch"));
    facts.put(
        "cpu",
        Runtime.getRuntime().availableProcessors() + " x " + line("/proc/cpuinfo", "model name"));
    facts.put("memory", line("/proc/meminfo", "MemTotal"));
    facts.put("file system", Files.getFileStore(data).type() + ", " + device(data));
    facts.put("control groups", stage.mounts().toString());
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
    facts.put("load average before", Files.readString(Path.of("/proc/loadavg")).trim());
    return facts;
  }

  private static String device(Path data) throws IOException {
    String device = DeviceMeter.deviceOf(data);
    Path sys = Path.of("/sys/dev/block", device);
    if (!Files.exists(sys)) {
      return "device " + device;
    }
    long sectors = Long.parseLong(Files.readString(sys.resolve("size")).trim());
    boolean rotational = Files.readString(sys.resolve("queue/rotational")).trim().equals("1");
    return sys.toRealPath().getFileName()
        + " of "
        + sectors * 512 / MIB / 1024
        + " GiB"
        + (rotational ? ", rotational" : "");
  }

  /** The value of the first line {@code key : value} of a file in /proc. */
  private static String line(String file, String key) throws IOException {
    for (String line : Files.readAllLines(Path.of(file))) {
      if (line.startsWith(key)) {
        return line.substring(line.indexOf(':') + 1).trim();
      }
    }
    return "unknown";
  }

  private static String firstLine(String said) {
    return said.lines().findFirst().orElse("not there");
  }
}
