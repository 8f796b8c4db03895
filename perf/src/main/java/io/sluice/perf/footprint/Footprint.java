package io.sluice.perf.footprint;

import io.sluice.linux.LinuxException;
import io.sluice.perf.confine.CgroupMounts;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.FileTree;
import io.sluice.server.demo.SampleImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code sluice footprint}: what the packaged node weighs and how fast it starts, and what each
 * decision in the package is worth: one is undone at a time.
 */
@Command(
    name = "footprint",
    mixinStandardHelpOptions = true,
    description = "Weighs the packaged node, from a cold start through a load to idleness.",
    footer = {
      "",
      "Needs root, for control groups, and a package (./sluice package). Ends with 1 when the node"
          + " does not start, serve or fit, 2 when it cannot measure."
    })
public final class Footprint implements Callable<Integer> {
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;
  private static final long MIB = 1 << 20;
  private static final int LAYERS = 8;
  private static final long LAYER_BYTES = 64 * MIB;
  private static final long SETTLE_MS = 30_000;
  private static final long LOAD_BYTES = 4096 * MIB;
  private static final long QUICK_LOAD_BYTES = 1024 * MIB;

  /** What a node is promised to need at most. */
  private static final long LIMIT_BYTES = 128 * MIB;

  @Option(
      names = "--package",
      paramLabel = "DIR",
      description = "The package (default: the one in target/package).")
  private Path packaged;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each variant is weighed, in turns (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "VARIANT",
      description = "Only these variants; 'packaged' is the package as it is.")
  private List<String> only = List.of();

  @Option(
      names = "--quick",
      description = "The package as it is, once, inside of 128 MiB: does it serve, and fit?")
  private boolean quick;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "Weigh what it adds to know N images of a containerd, and nothing else; needs no root."
              + " Ends with 1 where a bound for 2,000 images is missed.")
  private int images;

  @Option(
      names = "--read-ahead",
      paramLabel = "KIB",
      description = "Set the device's read-ahead for the run; 128 is usual.")
  private int readAheadKib;

  @Option(
      names = "--user",
      paramLabel = "UID",
      description = "Run the node as this user, with setpriv(1).")
  private int user;

  /** A command that has not been run yet. */
  public Footprint() {}

  /**
   * Runs the command and ends the process.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Footprint()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    try (Cleanup cleanup = new Cleanup()) {
      PackageHome home;
      CgroupMounts mounts;
      try {
        home = findPackage();
        if (images > 0) {
          return weighImages(home, cleanup);
        }
        mounts = CgroupMounts.find();
        if (readAheadKib > 0) {
          ReadAhead.set(home.directory(), readAheadKib, cleanup);
        }
      } catch (IOException e) {
        System.err.println("cannot measure: " + e.getMessage());
        return EXIT_USAGE;
      }
      weigh(home, mounts, cleanup);
      return 0;
    } catch (IOException | LinuxException e) {
      System.err.println("footprint: " + e.getMessage());
      return EXIT_FAILED;
    }
  }

  private PackageHome findPackage() throws IOException {
    if (packaged == null) {
      Path parent =
          Path.of(System.getProperty("sluice.script", "./sluice")).resolveSibling("target/package");
      try (Stream<Path> children = Files.list(parent)) {
        packaged =
            children.filter(Files::isDirectory).findFirst().orElseThrow(() -> noPackage(parent));
      } catch (IOException e) {
        throw noPackage(parent);
      }
    }
    PackageHome home = new PackageHome(packaged);
    home.require();
    return home;
  }

  private static IOException noPackage(Path parent) {
    return new IOException("there is no package in " + parent + ": make one with ./sluice package");
  }

  private List<Variant> variants() throws IOException {
    List<String> names = Variant.ALL.stream().map(Variant::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new IOException("there is no variant '" + name + "': choose from " + names);
      }
    }
    if (quick) {
      return List.of(Variant.PACKAGED);
    }
    return Variant.ALL.stream().filter(v -> only.isEmpty() || only.contains(v.name())).toList();
  }

  private void weigh(PackageHome home, CgroupMounts mounts, Cleanup cleanup)
      throws IOException, InterruptedException {
    List<Variant> variants = variants();
    Path directory =
        cleanup
            .keep(
                () -> Files.createTempDirectory(home.directory().getParent(), "footprint-"),
                FileTree::delete)
            .get();
    // Others than root have to get to the package and the blobs.
    Files.setPosixFilePermissions(
        directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    Path layout = directory.resolve("layout");
    SampleImage image =
        SampleImage.write(layout, "sluice.test/footprint:1", LAYERS, LAYER_BYTES, 4);
    WeighingRun run =
        new WeighingRun(mounts, cleanup, layout, image, quick ? QUICK_LOAD_BYTES : LOAD_BYTES);
    Map<Variant, List<Weight>> weights = new LinkedHashMap<>();
    Path jdk = Path.of(System.getProperty("java.home"));
    for (int round = 1; round <= (quick ? 1 : rounds); round++) {
      for (Variant variant : variants) {
        System.err.println("round " + round + ": " + variant.description());
        Path copy = directory.resolve(variant.name());
        VariantHome variantHome = VariantHome.make(home, jdk, variant, copy);
        OptionalLong limit = quick ? OptionalLong.of(LIMIT_BYTES) : OptionalLong.empty();
        weights
            .computeIfAbsent(variant, any -> new ArrayList<>())
            .add(run.run(variantHome, asUser(), limit));
        FileTree.delete(copy);
      }
    }
    print(home, weights);
  }

  private int weighImages(PackageHome home, Cleanup cleanup)
      throws IOException, InterruptedException {
    // Sockets are in it, whose paths are limited to 107 bytes (unix(7)).
    Path directory =
        cleanup.keep(() -> Files.createTempDirectory("sluice-"), FileTree::delete).get();
    ManyImages run = new ManyImages(home, directory, images, SETTLE_MS);
    for (int round = 1; round <= rounds; round++) {
      System.err.println("round " + round);
      run.run();
    }
    run.print(System.out);
    return run.good() ? 0 : EXIT_FAILED;
  }

  private List<String> asUser() {
    return user == 0
        ? List.of()
        : List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups");
  }

  private void print(PackageHome home, Map<Variant, List<Weight>> weights) throws IOException {
    System.out.println(
        "Java "
            + java.lang.Runtime.version()
            + ", Linux "
            + System.getProperty("os.version")
            + ", read-ahead "
            + ReadAhead.kib(home.directory())
            + " KiB, "
            + WeighingRun.CONNECTIONS
            + " connections, medians of "
            + (quick ? 1 : rounds)
            + ", MiB.");
    System.out.println();
    System.out.println(WeightTable.heading());
    List<Weight> base = weights.getOrDefault(Variant.PACKAGED, List.of());
    weights.forEach(
        (variant, of) -> System.out.println(WeightTable.row(variant.description(), of, base)));
  }
}
