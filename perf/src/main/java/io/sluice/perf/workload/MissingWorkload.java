package io.sluice.perf.workload;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.RemoteHost;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.contender.Targets;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/**
 * What nobody has. containerd asks the node first for every image, so the time to a 404 is what a
 * mirror adds to each pull that it cannot help with.
 */
public final class MissingWorkload implements Workload {
  /** No promise depends on the spread. */
  private static final int ROUNDS = 2;

  private static final int CONNECTIONS = 16;
  private static final int OPEN_CONNECTIONS = 64;
  private static final long PROBE_NS = 1_500_000_000L;
  private static final long QUICK_PROBE_NS = 200_000_000L;
  private static final long OPEN_NS = 1_000_000_000L;
  private static final long QUICK_OPEN_NS = 200_000_000L;
  private static final int DIGEST_BYTES = 32;

  /** About the length of a registry's sentence. */
  private static final int ANSWER_BYTES = 100;

  private static final String PEER = "sluice with a peer";

  @Override
  public String name() {
    return "missing";
  }

  @Override
  public ScenarioReport run(Stage stage) throws IOException, InterruptedException {
    ScenarioReport report =
        new ScenarioReport(name(), "time to 404 of blobs and tags that nobody has, never the same");
    report.note("the peer is a node in a network namespace, and has nothing of it either");
    FairRate rate = new FairRate(CONNECTIONS, stage.quick() ? QUICK_PROBE_NS : PROBE_NS);
    try (Cleanup.Kept<RemoteHost> host = RemoteHost.create(stage.cleanup());
        Contest contest = new Contest(stage, report)) {
      List<Contender> contenders =
          new ArrayList<>(stage.all(report, Set.of(Unfit.READ_MODES, Unfit.DIRECTIO)));
      withPeer(stage, contest, host.get()).ifPresent(contenders::add);
      for (Contender contender : contenders) {
        contest.enter(
            contender,
            stage.layers(),
            OptionalLong.empty(),
            (name, session) -> {
              for (Kind kind : kinds(contender)) {
                rate.probe(name, session, kind.requests(session.running().targets()));
              }
            });
      }
      for (Contender contender : contenders) {
        for (Kind kind : kinds(contender)) {
          contest.turn(
              contender,
              contender.name() + ", " + kind.text,
              (subject, session) -> ask(stage, session, subject, kind, rate, report));
        }
      }
      if (contenders.stream().anyMatch(Unfit.FILES::is)) {
        report.note("servers that a file describes are not asked for tags: " + Unfit.FILES.why());
      }
      contest.also(
          Ceiling.SUBJECT,
          1,
          () -> Ceiling.requests(CONNECTIONS, ANSWER_BYTES, durationNs(stage), report));
      contest.runAtMost(ROUNDS);
    }
    rate.note(report);
    Ceiling.note(report, OpenLoop.REQUESTS);
    return report;
  }

  private static List<Kind> kinds(Contender contender) {
    return Unfit.FILES.is(contender) ? List.of(Kind.BLOB) : List.of(Kind.values());
  }

  /** A node that has somebody to ask, who is started first. */
  private static Optional<Contender> withPeer(Stage stage, Contest contest, RemoteHost host)
      throws InterruptedException {
    if (stage.node().missing().isPresent()) {
      return Optional.empty();
    }
    AtomicReference<InetSocketAddress> peer = new AtomicReference<>();
    NodeContender other = stage.node().with("the peer", List.of()).on(host);
    contest.enter(
        other,
        stage.layers(),
        OptionalLong.empty(),
        (name, session) -> peer.set(session.running().address()));
    if (peer.get() == null) {
      return Optional.empty();
    }
    String address = peer.get().getAddress().getHostAddress() + ":" + peer.get().getPort();
    return Optional.of(stage.node().with(PEER, List.of("--static-peers=" + address)));
  }

  /** What is asked for. */
  private enum Kind {
    BLOB("a blob") {
      @Override
      String path(Targets targets, SplittableRandom random) {
        byte[] digest = new byte[DIGEST_BYTES];
        random.nextBytes(digest);
        String hex = HexFormat.of().formatHex(digest);
        return targets.equals(Targets.REGISTRY)
            ? "/v2/absent/blobs/sha256:" + hex + "?ns=sluice.test"
            : targets.blob(hex);
      }
    },
    TAG("a tag") {
      @Override
      String path(Targets targets, SplittableRandom random) {
        return "/v2/absent/manifests/t" + Long.toHexString(random.nextLong()) + "?ns=sluice.test";
      }
    };

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    abstract String path(Targets targets, SplittableRandom random);

    /** Other ones each time, so that nobody can remember. */
    IntFunction<BlobRequest> requests(Targets targets) {
      SplittableRandom random = new SplittableRandom(System.nanoTime());
      return i -> BlobRequest.absent(path(targets, random));
    }
  }

  private static long durationNs(Stage stage) {
    return stage.quick() ? QUICK_OPEN_NS : OPEN_NS;
  }

  private static void ask(
      Stage stage, Session session, String subject, Kind kind, FairRate rate, ScenarioReport report)
      throws IOException, InterruptedException {
    double perSecond = rate.perSecond(session.running().name());
    new OpenLoop(OPEN_CONNECTIONS, perSecond, durationNs(stage), stage.plan().seed())
        .run(session, subject, kind.requests(session.running().targets()), report);
  }
}
