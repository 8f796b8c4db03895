package io.sluice.server.demo;

import io.sluice.server.config.StartupException;
import io.sluice.server.metrics.ProcessMemory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Shows two nodes at work: one has an image, one is empty; they find each other, the image is
 * pulled through the empty one, which relays it, and every digest is checked.
 */
public final class Demo {
  private static final String UPSTREAM = "sluice.test";
  private static final String REPOSITORY = "sample";
  private static final String TAG = "1";
  private static final int LAYERS = 4;
  private static final long LAYER_BYTES = 64L << 20;
  private static final String HOST_ONE = "127.0.0.1";
  private static final String HOST_TWO = "127.0.0.2";
  private static final int ROUNDS = 5;
  private static final double MIB = 1 << 20;

  private final Path script;
  private final PrintStream out;

  /**
   * Prepares a demonstration.
   *
   * @param script the {@code sluice} script, which starts the nodes
   * @param out for what there is to see
   */
  public Demo(Path script, PrintStream out) {
    this.script = script;
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @param keep leave both nodes running and say how to use them
   * @throws StartupException when something is wrong, in a sentence
   */
  public void run(boolean keep) {
    try {
      Path directory = Files.createTempDirectory(temporary(), "sluice-demo-");
      Thread cleanup = new Thread(() -> delete(directory));
      Runtime.getRuntime().addShutdownHook(cleanup);
      show(directory, keep);
      if (keep) {
        Runtime.getRuntime().removeShutdownHook(cleanup);
      }
    } catch (IOException failed) {
      throw new StartupException("The demonstration failed: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void show(Path directory, boolean keep) throws IOException, InterruptedException {
    String reference = UPSTREAM + "/" + REPOSITORY + ":" + TAG;
    out.printf(
        Locale.ROOT,
        "Writing %s, %d layers of %.0f MiB, to an OCI layout ...%n",
        reference,
        LAYERS,
        LAYER_BYTES / MIB);
    Path full = directory.resolve("full");
    SampleImage image = SampleImage.write(full, reference, LAYERS, LAYER_BYTES, 1);
    int registryPort = DemoPorts.free(HOST_ONE, HOST_TWO);
    int routerPort = DemoPorts.free(HOST_ONE, HOST_TWO);
    DemoNode one =
        DemoNode.start(
            script,
            directory,
            "one",
            full,
            new InetSocketAddress(HOST_ONE, registryPort),
            routerPort,
            HOST_ONE);
    try {
      Path empty = directory.resolve("empty");
      DemoNode two =
          DemoNode.start(
              script,
              directory,
              "two",
              empty,
              new InetSocketAddress(HOST_TWO, registryPort),
              routerPort,
              HOST_ONE);
      try {
        out.println("Node one has the image. Node two is empty and knows where node one listens.");
        new DemoPull(two.registry(), REPOSITORY, UPSTREAM).awaitFound(TAG);
        out.println("They have met through libp2p, and node two has found who has the image.");
        measure(image, one, two);
        if (keep) {
          explain(directory, image, one, two);
        }
      } finally {
        closeUnless(keep, two);
      }
    } finally {
      closeUnless(keep, one);
    }
  }

  private void measure(SampleImage image, DemoNode one, DemoNode two) throws IOException {
    List<DemoNode> nodes = List.of(one, two);
    List<ProcessMemory> before = List.of(one.memory(), two.memory());
    DemoPull pull = new DemoPull(two.registry(), REPOSITORY, UPSTREAM);
    long bytes = 0;
    long startedNs = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      bytes += pull.pull(image, TAG);
    }
    double seconds = (System.nanoTime() - startedNs) / 1e9;
    out.printf(
        Locale.ROOT,
        "Pulled it %d times through node two: %.0f MiB in %.1f s, %.0f MiB/s with one connection.%n"
            + "All %d digests are right, each time.%n%nResident memory, MiB   before   after%n",
        ROUNDS,
        bytes / MIB,
        seconds,
        bytes / MIB / seconds,
        image.digests().size());
    for (int i = 0; i < nodes.size(); i++) {
      DemoNode node = nodes.get(i);
      out.printf(
          Locale.ROOT,
          "  node %-16s %8.1f %7.1f%n",
          node.name(),
          before.get(i).residentBytes() / MIB,
          node.memory().residentBytes() / MIB);
    }
  }

  private void explain(Path directory, SampleImage image, DemoNode one, DemoNode two) {
    String at = two.authority();
    String path = "/v2/" + REPOSITORY + "/";
    out.printf(
        """

        Both nodes are still running. Pull from node two:
          curl -s 'http://%1$s%2$smanifests/%3$s?ns=%4$s'
          curl -s 'http://%1$s%2$sblobs/%5$s' | sha256sum
          ctr images pull --plain-http %1$s/%6$s:%3$s
          skopeo copy --src-tls-verify=false docker://%1$s/%6$s:%3$s dir:/tmp/%6$s
        Logs are in %7$s. Stop the nodes and remove their files:
          kill %8$d %9$d && rm -r %7$s
        """,
        at,
        path,
        TAG,
        UPSTREAM,
        image.layers().get(0).digest(),
        REPOSITORY,
        directory,
        one.pid(),
        two.pid());
  }

  private static void closeUnless(boolean keep, DemoNode node) {
    if (!keep) {
      node.close();
    }
  }

  /** On disk where possible: {@code /tmp} is often memory. */
  private static Path temporary() {
    Path onDisk = Path.of("/var/tmp");
    return Files.isWritable(onDisk) ? onDisk : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException gone) {
      // Somebody else has removed it, which is as well.
    }
  }
}
