package io.sluice.perf.workload;

import io.sluice.perf.confine.HostNetwork;
import io.sluice.perf.confine.RemoteHost;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerPlan;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.data.Sha256;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.LoopbackSender;
import io.sluice.perf.load.Pull;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.net.InetSocketAddress;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * An image that is rolled out: one node has it, the others pull it, one after the other and then
 * all at once. What counts is the time of each, and how often the seed had to send the image.
 *
 * <p>Each node lives in a network namespace of its own, and knows the address of the first one: the
 * rest it finds out, as on a cluster. Its client writes what it pulls to the directory that the
 * node serves from, as containerd does, and lists the image there when it is complete.
 */
public final class RollingWorkload implements Workload {
  /** No promise depends on the spread. */
  private static final int ROUNDS = 2;

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

  /** Where nodes find each other. */
  private static final int ROUTER_PORT = 5001;

  /** The node looks for new images once a second, and then tells others. */
  private static final long TELL_MS = 1_500;

  private static final long FIND_TIMEOUT_NS = 30_000_000_000L;
  private static final long FIND_PAUSE_MS = 100;
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
   * @param layout where its client writes, and it serves from
   */
  private record Puller(Session session, Path layout) {
    InetSocketAddress address() {
      return session.running().address();
    }

    Path blobs() {
      return layout.resolve("blobs/sha256");
    }

    long pull(Image image) throws IOException, InterruptedException {
      long ns = Pull.run(address(), blobs(), image.layers());
      LayerSet.list(layout, image.manifest());
      return ns;
    }
  }

  /** What is pulled. */
  private record Image(Layer manifest, List<BlobRequest> layers) {
    static Image of(LayerSet images, int number) throws IOException {
      List<Layer> manifests = images.manifests();
      int count = images.layers().size() / manifests.size();
      List<Layer> layers = images.layers().subList(number * count, (number + 1) * count);
      return new Image(manifests.get(number), layers.stream().map(Running::whole).toList());
    }

    double bytes() {
      return layers.stream().mapToLong(BlobRequest::lengthBytes).sum();
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
    report.note(
        "nodes find each other from the first one's address; one after the other, each pull begins "
            + TELL_MS
            + " ms after the one before, which is then told of");
    report.note(
        "not compared with Spegel, which would need a containerd of its own on each of the hosts");
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
    List<InetSocketAddress> seed = new ArrayList<>();
    List<Puller> pullers = new ArrayList<>();
    String first = hosts.getFirst().address().getHostAddress();
    for (int i = 0; i < nodes; i++) {
      List<String> flags = new ArrayList<>();
      flags.add("--router-addr=" + hosts.get(i).address().getHostAddress() + ":" + ROUTER_PORT);
      flags.add("--bootstrap-kind=static");
      flags.add("--static-bootstrap-peers=/ip4/" + first + "/tcp/" + ROUTER_PORT);
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
              Puller puller = new Puller(session, layout);
              find(puller, Image.of(images, 0));
              pullers.add(puller);
            }
          });
    }
    return new Cast(hosts.getFirst(), seed.isEmpty() ? null : seed.getFirst(), pullers);
  }

  private static void pull(
      Stage stage, Contest contest, LayerSet images, Cast cast, ScenarioReport report)
      throws IOException, InterruptedException {
    images.makeResident();
    AtomicInteger next = new AtomicInteger(1);
    contest.also(IN_TURN, () -> inTurn(cast, Image.of(images, next.getAndIncrement()), report));
    contest.also(
        AT_ONCE,
        () ->
            atOnce(
                AT_ONCE, cast, Puller::address, Image.of(images, next.getAndIncrement()), report));
    contest.also(DIRECT, () -> atOnce(DIRECT, cast, p -> cast.seed(), Image.of(images, 0), report));
    contest.also(Ceiling.SUBJECT, 1, () -> ceiling(cast, Image.of(images, 0), report));
    contest.runAtMost(ROUNDS);
  }

  /** Returns when a node has found the seed; its first pull warms it up as well. */
  private static void find(Puller puller, Image image) throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    while (true) {
      try {
        puller.pull(image);
        LayerSet.clear(puller.layout());
        return;
      } catch (IOException notYet) {
        if (System.nanoTime() - startNs > FIND_TIMEOUT_NS) {
          throw notYet;
        }
        Thread.sleep(FIND_PAUSE_MS);
      }
    }
  }

  private static void inTurn(Cast cast, Image image, ScenarioReport report)
      throws IOException, InterruptedException {
    long sentBefore = cast.seedHost().sentBytes();
    double seconds = 0;
    for (int i = 0; i < cast.pullers().size(); i++) {
      Thread.sleep(i == 0 ? 0 : TELL_MS);
      double took = cast.pullers().get(i).pull(image) / NS_PER_S;
      report.add(IN_TURN, "pull " + (i + 1), "s", took);
      seconds += took;
    }
    add(IN_TURN, cast, image, seconds, sentBefore, report);
  }

  private static void atOnce(
      String subject,
      Cast cast,
      Function<Puller, InetSocketAddress> server,
      Image image,
      ScenarioReport report)
      throws IOException, InterruptedException {
    long sentBefore = cast.seedHost().sentBytes();
    double all = atOnce(subject, cast, server, image.layers(), report);
    add(subject, cast, image, all, sentBefore, report);
  }

  private static double atOnce(
      String subject,
      Cast cast,
      Function<Puller, InetSocketAddress> server,
      List<BlobRequest> layers,
      ScenarioReport report)
      throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    List<Double> seconds = new ArrayList<>();
    try (ExecutorService pulls = Executors.newCachedThreadPool()) {
      List<Callable<Long>> tasks = new ArrayList<>();
      for (Puller puller : cast.pullers()) {
        InetSocketAddress address = server.apply(puller);
        tasks.add(() -> Pull.run(address, puller.blobs(), layers));
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
    return all;
  }

  /** The same clients, and a server on loopback that does nothing but send as many bytes. */
  private static void ceiling(Cast cast, Image image, ScenarioReport report)
      throws IOException, InterruptedException {
    int bytes = (int) image.layers().getFirst().lengthBytes();
    String digestHex = Sha256.hex(new byte[bytes]);
    List<BlobRequest> layers =
        Collections.nCopies(image.layers().size(), BlobRequest.whole("/", bytes, digestHex));
    try (LoopbackSender sender = new LoopbackSender(bytes)) {
      InetSocketAddress address = sender.address();
      double all = atOnce(Ceiling.SUBJECT, cast, puller -> address, layers, report);
      report.add(Ceiling.SUBJECT, "all", "s", all);
    }
    forget(cast);
  }

  private static void add(
      String subject,
      Cast cast,
      Image image,
      double seconds,
      long sentBefore,
      ScenarioReport report)
      throws IOException {
    double sent = cast.seedHost().sentBytes() - sentBefore;
    report.add(subject, "all", "s", seconds);
    report.add(subject, SENT, "images", sent / image.bytes());
    long peak = 0;
    for (Puller puller : cast.pullers()) {
      peak = Math.max(peak, puller.session().memory().read().peakBytes());
    }
    report.add(subject, "charge peak of a puller", "MiB", peak / MIB);
    forget(cast);
  }

  private static void forget(Cast cast) throws IOException {
    for (Puller puller : cast.pullers()) {
      LayerSet.clear(puller.layout());
    }
  }
}
