package io.sluice.perf.footprint;

import io.sluice.perf.report.Series;
import io.sluice.server.store.Descriptor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What it weighs and takes to know many images of a containerd: a node that has them beside one
 * whose containerd is empty, when both have come to rest.
 */
final class ManyImages {
  /** Synchronisation may add less than this. */
  static final double ADDED_MIB_MAX = 8;

  /** From the start of the process to ready, less than this. */
  static final double READY_S_MAX = 3;

  private static final double MIB = 1 << 20;
  private static final double NS_PER_S = 1e9;

  private final PackageHome home;
  private final Path directory;
  private final long settleMs;
  private final Map<String, Descriptor> images;
  private final List<Pair> pairs = new ArrayList<>();

  /** One round. */
  private record Pair(Node empty, Node full) {}

  private record Node(double readyS, SettledMemory memory) {}

  /**
   * Writes the images.
   *
   * @param directory for all files; its path is short, and the caller removes it
   * @param settleMs from ready to the measurement
   */
  ManyImages(PackageHome home, Path directory, int count, long settleMs) throws IOException {
    this.home = home;
    this.directory = directory;
    this.settleMs = settleMs;
    this.images = ImageCrowd.write(directory.resolve("full"), count);
    Files.createDirectories(directory.resolve("empty/blobs"));
  }

  /** Measures once. */
  void run() throws IOException, InterruptedException {
    try (StandInContainerd none = containerd("empty");
        StandInContainerd all = containerd("full")) {
      for (Map.Entry<String, Descriptor> image : images.entrySet()) {
        all.put(image.getKey(), image.getValue());
      }
      try (PackagedNode empty = start(none, "empty")) {
        double emptyReadyS = ready(empty);
        try (PackagedNode full = start(all, "full")) {
          double fullReadyS = ready(full);
          Thread.sleep(settleMs);
          pairs.add(
              new Pair(
                  new Node(emptyReadyS, SettledMemory.of(empty.pid())),
                  new Node(fullReadyS, SettledMemory.of(full.pid()))));
          full.stop();
        }
        empty.stop();
      }
    }
  }

  private StandInContainerd containerd(String name) throws IOException {
    return new StandInContainerd(directory.resolve(name + ".sock"));
  }

  private PackagedNode start(StandInContainerd containerd, String name) throws IOException {
    return PackagedNode.start(
        List.of(home.launcher().toString()),
        PackagedNode.containerd(containerd, directory.resolve(name)),
        Map.of(),
        List.of(),
        directory.resolve(name + ".log"));
  }

  private static double ready(PackagedNode node) throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    node.await(node.metrics(), "/readyz");
    return (System.nanoTime() - startNs) / NS_PER_S;
  }

  /** Median of what is added to the resident set, in MiB. */
  double addedMib() {
    return added(SettledMemory::residentBytes).median();
  }

  /** Median of the time from the start to ready, in seconds. */
  double readyS() {
    return new Series("s", pairs.stream().map(pair -> pair.full().readyS()).toList()).median();
  }

  private Series added(ToLongFunction<SettledMemory> of) {
    List<Double> values = new ArrayList<>();
    for (Pair pair : pairs) {
      long bytes = of.applyAsLong(pair.full().memory()) - of.applyAsLong(pair.empty().memory());
      values.add(bytes / MIB);
    }
    return new Series("MiB", values);
  }

  private Series of(ToLongFunction<SettledMemory> what) {
    return new Series(
        "MiB", pairs.stream().map(pair -> what.applyAsLong(pair.empty().memory()) / MIB).toList());
  }

  /** Prints all rounds. */
  void print(PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%d images, %d blobs, %d rounds, %d s after ready. Ready after %.2f s (median).%n%n",
        images.size(),
        images.size() * ImageCrowd.BLOBS_EACH,
        pairs.size(),
        settleMs / 1000,
        readyS());
    out.println("| MiB | an empty containerd | added, median | least | most |");
    out.println("|---|---|---|---|---|");
    row(out, "RSS", SettledMemory::residentBytes);
    row(out, "PSS", SettledMemory::proportionalBytes);
    row(out, "anonymous", SettledMemory::anonymousBytes);
  }

  private void row(PrintStream out, String name, ToLongFunction<SettledMemory> of) {
    Series added = added(of);
    out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f | %.1f |%n",
        name,
        of(of).median(),
        added.median(),
        added.min(),
        added.max());
  }

  /** Whether both bounds hold. */
  boolean good() {
    return addedMib() < ADDED_MIB_MAX && readyS() < READY_S_MAX;
  }
}
