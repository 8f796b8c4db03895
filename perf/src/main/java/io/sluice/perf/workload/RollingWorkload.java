package io.sluice.perf.workload;

import io.sluice.perf.confine.HostNetwork;
import io.sluice.perf.confine.RemoteHost;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.Pull;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * An image that is rolled out: one node has it, the others pull it, one after the other and then
 * all at once. What counts is the time of each, and how often the seed had to send the image.
 *
 * <p>Each node lives in a network namespace of its own and is a static peer of all others. Its
 * client writes what it pulls to the directory that the node serves from, as containerd does.
 */
public final class RollingWorkload implements Workload {
  private static final int NODES = 4;
  private static final int QUICK_NODES = 3;
  private static final int LAYERS = 8;
  private static final int QUICK_LAYERS = 4;
  private static final long LAYER_BYTES = 16L << 20;
  private static final long QUICK_LAYER_BYTES = 8L << 20;
  private static final int IMAGES_PER_ROUND = 2;
  private static final String IN_TURN = "one after the other";
  private static final String AT_ONCE = "all at once";
  private static final String DIRECT = "all at once, from the seed itself";
  private static final String SEED = "node 0, the seed";
  private static final String SENT = "sent by the seed";
  private static final double NS_PER_S = 1e9;
  private static final double MIB = 1 << 20;

  @Override
  public String name() {
    return "rolling";
  }

  /** An image for warming up, and new ones for each round, so that nobody has them. */
  @Override
  public List<LayerPlan> data(Stage.Plan plan) {
    return List.of(
        LayerPlan.images(
            "rolling",
            1 + IMAGES_PER_ROUND * plan.rounds(),
            plan.quick() ? QUICK_LAYERS : LAYERS,
            plan.quick() ? QUICK_LAYER_BYTES : LAYER_BYTES));
  }

  /**
   * A node that pulls.
   *
   * @param session the node
   * @param blobs where its client writes, and it serves from
   */
  private record Puller(Session session, Path blobs) {
    InetSocketAddress address() {
      return session.running().address();
    }

    void forget() throws IOException {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(blobs)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
  }

  /** What takes part. */
  private record Cast(RemoteHost seedHost, InetSocketAddress seed, List<Puller> pullers) {}

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    LayerPlan plan = data(stage.plan()).getFirst();
    int nodes = stage.quick() ? QUICK_NODES : NODES;
    double mib = plan.totalBytes() / MIB / plan.images().size();
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "an image of "
                + Series.number(mib)
                + " MiB that one of "
                + nodes
                + " nodes in network namespaces has, pulled by the others");
    if (stage.node().missing().isPresent()) {
      report.note("without nodes: " + stage.node().missing().get());
      return report;
    }
    report.note(
        "clients fetch three layers at once, compare digests and write files, as containerd does;"
            + " each pull is of an image that no puller has had");
    report.note("all share the cores and the disk of this machine, and the network is memory");
    LayerSet images = stage.layers(plan);
    try (Contest contest = new Contest(stage, report)) {
      Cast cast = cast(stage, contest, images, nodes);
      if (cast.pullers().size() == nodes - 1) {
        pull(stage, contest, images, cast, report);
      } else {
        report.note("not measured, since not all nodes started");
      }
    }
    return report;
  }

  private static Cast cast(Stage stage, Contest contest, LayerSet images, int nodes)
      throws IOException, InterruptedException {
    List<RemoteHost> hosts = HostNetwork.create(nodes, stage.cleanup());
    List<String> addresses =
        hosts.stream().map(h -> h.address().getHostAddress() + ":" + RemoteHost.PORT).toList();
    List<InetSocketAddress> seed = new ArrayList<>();
    List<Puller> pullers = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      List<String> peers = new ArrayList<>(addresses);
      peers.remove(i);
      List<String> flags = new ArrayList<>(List.of("--static-peers=" + String.join(",", peers)));
      Path layout = LayerSet.empty(stage.cleanup());
      if (i > 0) {
        flags.add("--store=oci:" + layout);
      }
      NodeContender node = stage.node().with(i == 0 ? SEED : "node " + i, flags).on(hosts.get(i));
      boolean isSeed = i == 0;
      contest.enter(
          node,
          images,
          OptionalLong.empty(),
          (name, session) -> {
            if (isSeed) {
              seed.add(session.running().address());
            } else {
              pullers.add(new Puller(session, layout.resolve("blobs/sha256")));
            }
          });
    }
    return new Cast(hosts.getFirst(), seed.isEmpty() ? null : seed.getFirst(), pullers);
  }

  private static void pull(
      Stage stage, Contest contest, LayerSet images, Cast cast, ScenarioReport report)
      throws IOException, InterruptedException {
    int layers = images.layers().size() / (1 + IMAGES_PER_ROUND * stage.rounds());
    images.makeResident();
    for (Puller puller : cast.pullers()) {
      Pull.run(puller.address(), puller.blobs(), image(images, layers, 0));
    }
    forget(cast);
    List<Integer> next = new ArrayList<>(List.of(1));
    contest.also(
        IN_TURN,
        () -> inTurn(cast, image(images, layers, next.set(0, next.getFirst() + 1)), report));
    contest.also(
        AT_ONCE,
        () -> {
          List<BlobRequest> image = image(images, layers, next.set(0, next.getFirst() + 1));
          atOnce(AT_ONCE, cast, false, image, report);
        });
    contest.also(DIRECT, () -> atOnce(DIRECT, cast, true, image(images, layers, 0), report));
    contest.run();
  }

  private static List<BlobRequest> image(LayerSet images, int layers, int number) {
    List<Layer> of = images.layers().subList(number * layers, (number + 1) * layers);
    return of.stream().map(Running::whole).toList();
  }

  private static void forget(Cast cast) throws IOException {
    for (Puller puller : cast.pullers()) {
      puller.forget();
    }
  }

  private static void inTurn(Cast cast, List<BlobRequest> image, ScenarioReport report)
      throws IOException, InterruptedException {
    long sentBefore = cast.seedHost().sentBytes();
    double seconds = 0;
    for (int i = 0; i < cast.pullers().size(); i++) {
      Puller puller = cast.pullers().get(i);
      double took = Pull.run(puller.address(), puller.blobs(), image) / NS_PER_S;
      report.add(IN_TURN, "pull " + (i + 1), "s", took);
      seconds += took;
    }
    add(IN_TURN, cast, image, seconds, sentBefore, report);
  }

  private static void atOnce(
      String subject, Cast cast, boolean direct, List<BlobRequest> image, ScenarioReport report)
      throws IOException, InterruptedException {
    long sentBefore = cast.seedHost().sentBytes();
    long startNs = System.nanoTime();
    List<Double> seconds = new ArrayList<>();
    try (ExecutorService pulls = Executors.newCachedThreadPool()) {
      List<Callable<Long>> tasks = new ArrayList<>();
      for (Puller puller : cast.pullers()) {
        InetSocketAddress server = direct ? cast.seed() : puller.address();
        tasks.add(() -> Pull.run(server, puller.blobs(), image));
      }
      for (Future<Long> pull : pulls.invokeAll(tasks)) {
        seconds.add(pull.get() / NS_PER_S);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    }
    double all = (System.nanoTime() - startNs) / NS_PER_S;
    Collections.sort(seconds);
    for (int i = 0; i < seconds.size(); i++) {
      report.add(subject, "pull " + (i + 1), "s", seconds.get(i));
    }
    add(subject, cast, image, all, sentBefore, report);
  }

  private static void add(
      String subject,
      Cast cast,
      List<BlobRequest> image,
      double seconds,
      long sentBefore,
      ScenarioReport report)
      throws IOException {
    double sent = cast.seedHost().sentBytes() - sentBefore;
    double bytes = image.stream().mapToLong(BlobRequest::lengthBytes).sum();
    report.add(subject, "all", "s", seconds);
    report.add(subject, SENT, "images", sent / bytes);
    long peak = 0;
    for (Puller puller : cast.pullers()) {
      peak = Math.max(peak, puller.session().memory().read().peakBytes());
    }
    report.add(subject, "charge peak of a puller", "MiB", peak / MIB);
    forget(cast);
  }
}
