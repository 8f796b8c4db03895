package io.sluice.routing.footprint;

import io.sluice.routing.kademlia.Crowd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures what a router adds to a Java process, with 200 connected peers that have told it 20,000
 * records, and 20,000 keys of its own; then while peers are replaced as often as in an hour of ten
 * percent per minute. Run from the top of the repository, after {@code mvn test-compile}.
 */
public final class Footprint {
  private static final int PEERS = 200;
  private static final int KEYS = 20_000;
  private static final String ADDRESS = "127.0.0.9";
  private static final int PORT = 25_009;
  private static final long ADDED_KIB_MAX = 16 << 10;
  private static final int REPLACED_PER_SECOND = 10;

  /**
   * Records outlive those who told them by up to 19 minutes, of which this hour has none: with
   * fewer keys each, as many are kept at its end as would be.
   */
  private static final int KEYS_OF_REPLACED = KEYS / PEERS * 19 / 60;

  private static final int ROUND_SECONDS = 10;
  private static final int ROUNDS = 12;
  private static final int SETTLED_PERCENT = 99;

  private final Path work;
  private final List<String> java;

  private Footprint(Path work, List<String> options) {
    this.work = work;
    java = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java") + ""));
    java.addAll(options);
  }

  /**
   * Prints a table, and fails when a bound is exceeded.
   *
   * @param options of the Java that is measured; those of the product when there are none
   */
  public static void main(String[] options) throws Exception {
    Path work = Files.createTempDirectory("footprint");
    try {
      List<String> chosen = options.length > 0 ? List.of(options) : productOptions();
      new Footprint(work, chosen).measure();
    } finally {
      try (Stream<Path> files = Files.walk(work)) {
        files.sorted((one, other) -> other.compareTo(one)).forEach(file -> file.toFile().delete());
      }
    }
  }

  private static List<String> productOptions() throws Exception {
    String version = "" + Runtime.version().feature();
    Process process = new ProcessBuilder("scripts/jvm-options", version).start();
    return process.inputReader().lines().toList();
  }

  private void measure() throws Exception {
    archive();
    long idleKib;
    try (Child idle = measured()) {
      idle.ask();
      idleKib = idle.ask()[0];
    }
    System.out.println("an idle process: " + idleKib + " KiB");
    try (Child router = measured(ADDRESS, "" + PORT, "" + KEYS)) {
      print("alone, " + KEYS + " keys", router.ask(), idleKib);
      try (Child crowd =
          start(
              List.of("-XX:+UseSerialGC"),
              Crowd.class,
              "/ip4/" + ADDRESS + "/tcp/" + PORT,
              "" + PEERS,
              "" + KEYS / PEERS)) {
        long[] settled = settle(router, idleKib);
        crowd.tell(REPLACED_PER_SECOND + " " + KEYS_OF_REPLACED);
        for (int i = 1; i <= ROUNDS; i++) {
          Thread.sleep(ROUND_SECONDS * 1000L);
          int replaced = i * ROUND_SECONDS * REPLACED_PER_SECOND;
          print(replaced + " peers replaced", router.ask(), idleKib);
        }
        if (settled[0] - idleKib > ADDED_KIB_MAX) {
          throw new IllegalStateException("more than " + ADDED_KIB_MAX + " KiB were added");
        }
      }
    }
  }

  /** Waits until all peers are there and all keys have been told. */
  private static long[] settle(Child router, long idleKib) throws Exception {
    long[] now;
    do {
      Thread.sleep(ROUND_SECONDS * 1000L);
      now = router.ask();
      print(now[1] + " peers", now, idleKib);
    } while (now[1] < PEERS * SETTLED_PERCENT / 100 || now[3] < 20L * KEYS * SETTLED_PERCENT / 100);
    return now;
  }

  private static void print(String what, long[] seen, long idleKib) {
    System.out.printf(
        "%-22s %d KiB, %.1f MiB more than idle; %d peers, %d records, %d sent%n",
        what, seen[0], (seen[0] - idleKib) / 1024.0, seen[1], seen[2], seen[3]);
  }

  /** As the product does: classes come from a jar, and most of their memory from an archive. */
  private void archive() throws Exception {
    Path jar = jar();
    List<String> dump = new ArrayList<>(java);
    dump.addAll(
        List.of(
            "-XX:ArchiveClassesAtExit=" + work.resolve("classes.jsa"),
            "-cp",
            jar.toString(),
            RouterProcess.class.getName(),
            ADDRESS,
            "" + PORT,
            "" + KEYS));
    Process process = new ProcessBuilder(dump).redirectErrorStream(true).start();
    try (Writer in = process.outputWriter()) {
      Thread.sleep(TimeUnit.SECONDS.toMillis(5));
      in.write("\n");
    }
    process.inputReader().lines().forEach(line -> {});
    if (process.waitFor() != 0) {
      throw new IOException("the class archive could not be made");
    }
  }

  private Path jar() throws Exception {
    Path jar = work.resolve("routing.jar");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/jar").toString());
    command.addAll(List.of("--create", "--file", jar.toString()));
    for (String directory : System.getProperty("java.class.path").split(":")) {
      command.addAll(List.of("-C", directory, "."));
    }
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("the jar could not be made");
    }
    return jar;
  }

  private Child measured(String... arguments) throws Exception {
    List<String> options = new ArrayList<>(java.subList(1, java.size()));
    options.add("-XX:SharedArchiveFile=" + work.resolve("classes.jsa"));
    return start(options, RouterProcess.class, arguments);
  }

  private Child start(List<String> options, Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(java.getFirst()));
    command.addAll(options);
    command.addAll(List.of("-cp", work.resolve("routing.jar").toString(), main.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return new Child(builder.start());
  }

  /** A process that is asked by lines. */
  private static final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    Child(Process process) throws IOException {
      this.process = process;
      out = process.inputReader();
      for (String line = out.readLine(); !"READY".equals(line); line = out.readLine()) {
        if (line == null) {
          throw new IOException("a process has not started");
        }
      }
    }

    void tell(String line) throws IOException {
      process.outputWriter().append(line).append('\n').flush();
    }

    long[] ask() throws IOException {
      tell("");
      return Stream.of(out.readLine().split(" ")).mapToLong(Long::parseLong).toArray();
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
