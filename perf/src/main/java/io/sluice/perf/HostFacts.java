package io.sluice.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the kernel says about the machine, from {@code /proc} and {@code /sys}. What is not there,
 * as often on virtual machines, is {@value #UNKNOWN}: a report never fails for it. Any thread.
 */
final class HostFacts {
  private static final String UNKNOWN = "unknown";
  private static final long BYTES_PER_SECTOR = 512;
  private static final long GIB = 1L << 30;

  private final Path root;

  /**
   * Facts of a machine.
   *
   * @param root its root directory
   */
  HostFacts(Path root) {
    this.root = root;
  }

  /** The distribution. */
  String system() {
    for (String line : lines("etc/os-release")) {
      if (line.startsWith("PRETTY_NAME=")) {
        return line.substring(line.indexOf('=') + 1).replace("\"", "");
      }
    }
    return UNKNOWN;
  }

  /** The model of the processor. */
  String processor() {
    return value("proc/cpuinfo", "model name");
  }

  /** Memory and swap. */
  String memory() {
    return value("proc/meminfo", "MemTotal") + ", swap " + value("proc/meminfo", "SwapTotal");
  }

  /** Who sets the clock of the processor. */
  String governor() {
    return text("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  }

  /**
   * What the kernel does about flaws of the processor, and what it does nothing about; those that
   * do not affect this one are left out.
   */
  String mitigations() {
    List<String> said = new ArrayList<>();
    try (var files =
        Files.newDirectoryStream(root.resolve("sys/devices/system/cpu/vulnerabilities"))) {
      for (Path file : files) {
        String state = Files.readString(file).trim();
        if (!state.equals("Not affected")) {
          said.add(file.getFileName() + ": " + state);
        }
      }
    } catch (IOException none) {
      return UNKNOWN;
    }
    said.sort(null);
    return said.isEmpty() ? "none needed" : String.join("; ", said);
  }

  /** Whether memory comes in huge pages by itself. */
  String hugePages() {
    return text("sys/kernel/mm/transparent_hugepage/enabled");
  }

  /** Limits of this process, which those that it starts have too. */
  String limits() {
    Map<String, String> limits = new LinkedHashMap<>();
    for (String line : lines("proc/self/limits")) {
      for (String name : List.of("Max open files", "Max locked memory", "Max processes")) {
        if (line.startsWith(name)) {
          String soft = line.substring(name.length()).trim().split("\\s+")[0];
          limits.put(name.substring("Max ".length()), soft);
        }
      }
    }
    return limits.isEmpty() ? UNKNOWN : limits.toString().replaceAll("[{}]", "").replace('=', ' ');
  }

  /** The first three numbers are means over 1, 5 and 15 minutes. */
  String load() {
    return text("proc/loadavg");
  }

  /**
   * A disk.
   *
   * @param device {@code major:minor}
   * @return name, model, size, and how requests are put in order
   */
  String disk(String device) {
    Path sys = root.resolve("sys/dev/block/" + device);
    if (!Files.exists(sys)) {
      return "device " + device;
    }
    try {
      List<String> words = new ArrayList<>(List.of(sys.toRealPath().getFileName().toString()));
      String model = text("sys/dev/block/" + device + "/device/model");
      words.add(model.equals(UNKNOWN) ? "no model given" : model);
      long sectors = Long.parseLong(Files.readString(sys.resolve("size")).trim());
      words.add(sectors * BYTES_PER_SECTOR / GIB + " GiB");
      String queue = "sys/dev/block/" + device + "/queue/";
      if (text(queue + "rotational").equals("1")) {
        words.add("rotational");
      }
      words.add("scheduler " + text(queue + "scheduler"));
      return String.join(", ", words);
    } catch (IOException | NumberFormatException e) {
      return "device " + device;
    }
  }

  /**
   * How the file system of a directory is mounted.
   *
   * @param directory an existing directory
   * @return its options
   */
  String mountOptions(Path directory) {
    String found = UNKNOWN;
    int longest = -1;
    for (String line : lines("proc/self/mounts")) {
      String[] words = line.split(" ");
      if (words.length > 3
          && directory.toAbsolutePath().startsWith(words[1])
          && words[1].length() >= longest) {
        longest = words[1].length();
        found = words[3];
      }
    }
    return found;
  }

  private String text(String file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? UNKNOWN : lines.get(0).trim();
  }

  /** The value of the first line {@code key : value}. */
  private String value(String file, String key) {
    for (String line : lines(file)) {
      if (line.startsWith(key)) {
        return line.substring(line.indexOf(':') + 1).trim();
      }
    }
    return UNKNOWN;
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file));
    } catch (IOException none) {
      return List.of();
    }
  }
}
