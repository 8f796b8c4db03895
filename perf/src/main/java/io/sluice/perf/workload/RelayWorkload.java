package io.sluice.perf.workload;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.RemoteHost;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.LoadGenerator;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.load.SlowClient;
import io.sluice.perf.meter.MemoryTimeline;
import io.sluice.perf.report.Bound;
import io.sluice.perf.report.ScenarioReport;
import io.sluice.perf.report.Series;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Blobs that a node fetches from another one, which has them in its page cache and lives in a
 * network namespace of its own, while clients on this side ask for them; beside the same clients
 * asking that other node themselves, and nginx as a proxy. Nobody shares: each client asks for
 * bytes of its own. The node knows the other one; two more have to find each other.
 */
public final class RelayWorkload implements Workload {
  /** Of what the same clients get from the source. */
  static final double OF_DIRECT_MIN = 0.7;

  /** CPU time of the relaying node for each GiB. */
  static final double CPU_S_PER_GIB_MAX = 0.35;

  /** Charge of the relaying node's group. */
  static final long CHARGE_MAX_BYTES = 128L << 20;

  private static final List<Integer> CONNECTIONS = List.of(1, 8, 64);
  private static final int MOST = 64;
  private static final int USUAL = 8;
  private static final int SLOW_CLIENTS = 16;
  private static final long SLOW_BYTES_PER_S = 1_000_000;
  private static final String BESIDE_SLOW = " beside " + SLOW_CLIENTS + " at 1 MB/s";
  private static final int WARM_UP_PASSES = 1;

  /** Of nginx as a proxy, which no promise is about, and which takes ten times as long. */
  private static final int PROXY_ROUNDS = 1;

  /** Short, since what many sockets hold at once is a peak. */
  private static final long SAMPLE_INTERVAL_MS = 20;

  private static final double MIB = 1 << 20;
  private static final String PEAK = "charge peak";
  private static final String WITH_TCP = "both";

  @Override
  public String name() {
    return "relay";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(
            name(),
            "blobs in the page cache of another host, through a node on the clients' host, "
                + Series.number(Figures.gib(stage.layers().totalBytes()))
                + " GiB each time");
    WarmUp warmUp = new WarmUp(stage.layers(), USUAL, false, WARM_UP_PASSES);
    warmUp.note(report);
    report.note("direct: the clients ask the other host; only its own CPU time is counted");
    report.note(
        FoundRelays.nameOf(stage.node())
            + ": it and its source are two more nodes, in network namespaces of their own, whose"
            + " routers find each other");
    report.note(
        "TCP growth is that of the whole machine, clients' and source's buffers included; version 1"
            + " of control groups does not charge it");
    try (Cleanup.Kept<RemoteHost> host = RemoteHost.create(stage.cleanup());
        Contest contest = new Contest(stage, report)) {
      NodeContender source = stage.node().with("direct", List.of()).on(host.get());
      AtomicReference<InetSocketAddress> address = new AtomicReference<>();
      contest.enter(
          source,
          stage.layers(),
          OptionalLong.empty(),
          (name, session) -> {
            warmUp.run(session);
            address.set(session.running().address());
          });
      if (address.get() != null) {
        enterAll(stage, contest, source, address.get(), warmUp, report);
        FoundRelays.enter(
            stage,
            contest,
            warmUp,
            subject(FoundRelays.nameOf(stage.node()), MOST),
            (subject, session) -> relay(stage, session, MOST, subject, report));
        contest.run();
      }
    }
    bounds(stage, report);
    return report;
  }

  private static void enterAll(
      Stage stage,
      Contest contest,
      NodeContender source,
      InetSocketAddress address,
      WarmUp warmUp,
      ScenarioReport report)
      throws IOException, InterruptedException {
    NodeContender node = relaying(stage, address);
    Contender proxy = stage.peer().proxying(address);
    contest.enter(
        node, stage.layers(), OptionalLong.empty(), (name, session) -> warmUp.run(session));
    if (proxy.missing().isEmpty()) {
      contest.enter(
          proxy, stage.layers(), OptionalLong.empty(), (name, session) -> warmUp.brief(session));
    }
    for (int connections : CONNECTIONS) {
      for (Contender contender : List.of(node, source)) {
        contest.turn(
            contender,
            subject(contender.name(), connections),
            (subject, session) -> relay(stage, session, connections, subject, report));
      }
    }
    contest.turn(
        proxy,
        subject(proxy.name(), USUAL),
        PROXY_ROUNDS,
        (subject, session) -> relay(stage, session, USUAL, subject, report));
    contest.turn(
        node,
        subject(node.name(), USUAL) + BESIDE_SLOW,
        (subject, session) -> besideSlow(stage, session, subject, report));
  }

  /** A node that has nothing itself. */
  private static NodeContender relaying(Stage stage, InetSocketAddress source) throws IOException {
    Path layout = LayerSet.empty(stage.cleanup());
    String peer = source.getAddress().getHostAddress() + ":" + source.getPort();
    return stage
        .node()
        .with(stage.node().name(), List.of("--store=oci:" + layout, "--static-peers=" + peer));
  }

  private static String subject(String contender, int connections) {
    return contender + ", " + connections;
  }

  private static void relay(
      Stage stage, Session session, int connections, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    stage.layers().makeResident();
    try (MemoryTimeline timeline = session.timeline(SAMPLE_INTERVAL_MS)) {
      RequestSource requests = RequestSource.once(requests(stage, connections));
      Figures.add(report, subject, session.measure(connections, BodyMode.DISCARD, requests));
      List<MemoryTimeline.Point> points = timeline.finish();
      long peak = points.get(points.size() - 1).charge().peakBytes();
      report.add(subject, PEAK, "MiB", peak / MIB);
      long tcp = MemoryTimeline.growthBytes(points, MemoryTimeline.Point::tcpBytes);
      report.add(subject, WITH_TCP, "MiB", (peak + tcp) / MIB);
    }
  }

  /** Each layer in as many parts as it takes for each connection to have one. */
  private static List<BlobRequest> requests(Stage stage, int connections) {
    List<Layer> layers = stage.layers().layers();
    int parts = Math.ceilDiv(connections, layers.size());
    List<BlobRequest> requests = new ArrayList<>();
    for (Layer layer : layers) {
      for (int part = 0; part < parts; part++) {
        long from = layer.sizeBytes() * part / parts;
        long to = layer.sizeBytes() * (part + 1) / parts;
        requests.add(
            parts == 1
                ? Running.whole(layer)
                : BlobRequest.range(Running.path(layer), from, to - from));
      }
    }
    return requests;
  }

  private static void besideSlow(
      Stage stage, Session session, String subject, ScenarioReport report)
      throws IOException, InterruptedException {
    stage.layers().makeResident();
    List<BlobRequest> parts = requests(stage, MOST);
    List<SlowClient> slow = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW_CLIENTS; i++) {
        BlobRequest part = parts.get(i * parts.size() / SLOW_CLIENTS);
        slow.add(new SlowClient(session.running().address(), part, SLOW_BYTES_PER_S));
        slow.get(i).begin();
      }
      RequestSource requests = RequestSource.once(requests(stage, USUAL));
      LoadGenerator generator =
          new LoadGenerator(session.running().address(), USUAL, BodyMode.DISCARD);
      Figures.add(report, subject, session.measure(generator, requests));
      for (SlowClient client : slow) {
        if (client.failure().isPresent()) {
          throw new IOException("a slow client was let down: " + client.failure().get());
        }
      }
    } finally {
      slow.forEach(SlowClient::close);
    }
  }

  private static void bounds(Stage stage, ScenarioReport report) {
    String node = stage.node().name();
    boolean judged = !stage.quick();
    for (int connections : CONNECTIONS) {
      report.add(
          Bound.usual(
              "throughput over that without a relay, " + connections + " at once",
              false,
              OF_DIRECT_MIN,
              report.ratio(
                  Figures.THROUGHPUT, subject(node, connections), subject("direct", connections)),
              judged));
    }
    for (int connections : CONNECTIONS) {
      report.add(
          Bound.usual(
              "CPU for a relayed GiB, " + connections + " at once",
              true,
              CPU_S_PER_GIB_MAX,
              report.series(subject(node, connections), Figures.CPU),
              judged));
    }
    for (String each : List.of(node, FoundRelays.nameOf(stage.node()))) {
      report.add(
          Bound.always(
              "charge peak and TCP growth with " + MOST + " relays, " + each,
              true,
              CHARGE_MAX_BYTES / MIB,
              report.series(subject(each, MOST), WITH_TCP),
              true));
    }
  }
}
