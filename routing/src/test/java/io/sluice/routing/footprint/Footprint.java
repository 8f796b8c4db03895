package io.sluice.routing.footprint;

import io.sluice.routing.kademlia.Crowd;
import java.io.BufferedReader;
import java.io.IOException;
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
  private static final double KIB = 1 << 10;
  private static final int REPLACED_PER_SECOND = 10;

  /**
   * Records outlive those who told them by up to 19 minutes, of which this hour has none: with
   * fewer keys each, as many are kept at its end as would be.
   */
  private static final int KEYS_OF_REPLACED = KEYS / PEERS * 19 / 60;

  private static final int PEERS_OF_TRAINING = 8;
  private static final int TRAINING_SECONDS = 6;
  private static final int ROUND_SECONDS = 10;
  private static final int ROUNDS = 12;
  private static final int SETTLED_PERCENT = 99;

  private final Path work;
  private final List<String> java;
  private long idleKib;

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
    try (Child idle = measured()) {
      Thread.sleep(TimeUnit.SECONDS.toMillis(ROUND_SECONDS));
      idleKib = idle.residentKib();
    }
    System.out.println("an idle process: " + idleKib + " KiB");
    try (Child router = measured(ADDRESS, "" + PORT, "" + KEYS)) {
      added("alone, " + KEYS + " keys", router);
      try (Child crowd = crowd(PEERS)) {
        long settledKib = settle(router);
        crowd.tell(REPLACED_PER_SECOND + " " + KEYS_OF_REPLACED);
        long[] churnKib = new long[ROUNDS];
        for (int i = 1; i <= ROUNDS; i++) {
          Thread.sleep(ROUND_SECONDS * 1000L);
          int replaced = i * ROUND_SECONDS * REPLACED_PER_SECOND;
          churnKib[i - 1] = added(replaced + " peers replaced", router);
        }
        Arrays.sort(churnKib);
        System.out.printf(
            "settled %.1f, while peers are replaced %.1f in the middle, %.1f at most%n",
            settledKib / KIB, churnKib[ROUNDS / 2] / KIB, churnKib[ROUNDS - 1] / KIB);
        if (settledKib > ADDED_KIB_MAX) {
          throw new IllegalStateException("more than " + ADDED_KIB_MAX + " KiB were added");
        }
      }
    }
  }

  /** Waits until all peers are there and all keys have been told; gives what that has added. */
  private long settle(Child router) throws Exception {
    long addedKib;
    long[] counts;
    do {
      Thread.sleep(ROUND_SECONDS * 1000L);
      addedKib = added("peers and keys come", router);
      counts = router.ask();
    } while (counts[0] < PEERS * SETTLED_PERCENT / 100
        || counts[2] < 20L * KEYS * SETTLED_PERCENT / 100);
    return addedKib;
  }

  private long added(String what, Child router) throws Exception {
    long residentKib = router.residentKib();
    long[] counts = router.ask();
    System.out.printf(
        "%-22s %d KiB, %.1f MiB more than idle; %d peers, %d records, %d sent%n",
        what, residentKib, (residentKib - idleKib) / KIB, counts[0], counts[1], counts[2]);
    return residentKib - idleKib;
  }

  /**
   * As the product does: classes come from a jar, and most of their memory from an archive, which
   * is made by a router that has met peers and seen some of them go.
   */
  private void archive() throws Exception {
    jar();
    List<String> options = new ArrayList<>(java.subList(1, java.size()));
    options.add("-XX:ArchiveClassesAtExit=" + work.resolve("classes.jsa"));
    try (Child trained = start(options, RouterProcess.class, ADDRESS, "" + PORT, "" + KEYS)) {
      try (Child crowd = crowd(PEERS_OF_TRAINING)) {
        Thread.sleep(TimeUnit.SECONDS.toMillis(TRAINING_SECONDS));
        crowd.tell(1 + " " + KEYS_OF_REPLACED);
        Thread.sleep(TimeUnit.SECONDS.toMillis(TRAINING_SECONDS));
        trained.ask();
      }
      trained.end();
    }
  }

  private Child crowd(int peers) throws Exception {
    String target = "/ip4/" + ADDRESS + "/tcp/" + PORT;
    return start(List.of("-XX:+UseSerialGC"), Crowd.class, target, "" + peers, "" + KEYS / PEERS);
  }

  private void jar() throws Exception {
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

    /** Peers, records, and records sent. */
    long[] ask() throws IOException {
      tell("");
      return Stream.of(out.readLine().split(" ")).mapToLong(Long::parseLong).toArray();
    }

    /** From outside: reading a file takes memory. */
    long residentKib() throws IOException {
      Path status = Path.of("/proc/" + process.pid() + "/status");
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new IOException("no VmRSS in " + status);
    }

    /** Ends it as it should end. */
    void end() throws Exception {
      process.outputWriter().close();
      if (process.waitFor() != 0) {
        throw new IOException("a process has failed");
      }
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
