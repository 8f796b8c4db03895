package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.FakeContender;
import io.sluice.perf.contender.FakeServer;
import io.sluice.perf.contender.FileContender;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.report.ScenarioReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that a file describes, in real control groups; needs root. */
@Tag("root")
@Timeout(60)
class FaultyContenderTest {
  private static final int ROUNDS = 2;

  @TempDir private Path directory;

  private final ScenarioReport report = new ScenarioReport("test", "a test");

  private static String name(FakeServer.Fault fault) {
    return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Contender contender(FakeServer.Fault fault, Cleanup cleanup) throws IOException {
    return new FileContender(FakeContender.file(directory, name(fault), fault), directory, cleanup);
  }

  private void measure(String subject, Stage stage, Session session)
      throws IOException, InterruptedException {
    Figures.add(
        report, subject, session.measure(1, BodyMode.DISCARD, WarmUp.wholeLayers(stage.layers())));
  }

  @Test
  void onlyWhatAnswersRightIsCounted() throws Exception {
    Map<FakeServer.Fault, String> saying = new EnumMap<>(FakeServer.Fault.class);
    saying.put(FakeServer.Fault.WRONG_BYTES, "wrong bytes");
    saying.put(FakeServer.Fault.SHORT, "instead of " + TestStage.LAYER_BYTES);
    saying.put(FakeServer.Fault.CUT, "clients, the first");
    saying.put(FakeServer.Fault.NOT_FOUND, "404");
    saying.put(FakeServer.Fault.DIES, "failed 1 clients");
    try (Cleanup cleanup = new Cleanup()) {
      List<Contender> others = new ArrayList<>();
      for (FakeServer.Fault fault : FakeServer.Fault.values()) {
        others.add(contender(fault, cleanup));
      }
      Stage stage = TestStage.small(directory, cleanup, ROUNDS, others);
      WarmUp warmUp = new WarmUp(stage.layers(), 1, false, 0);
      try (Contest contest = new Contest(stage, report)) {
        for (Contender contender : others) {
          contest.enter(
              contender,
              stage.layers(),
              OptionalLong.empty(),
              (name, session) -> warmUp.run(session));
          contest.turn(
              contender, contender.name(), (subject, session) -> measure(subject, stage, session));
        }
        contest.run();
      }
      assertFalse(stage.counts("wrong-bytes"));
      assertFalse(stage.counts("none in 128 MiB"));
      assertTrue(stage.counts("nginx sendfile"));
      assertTrue(stage.counts("sluice in 128 MiB"));
    }
    saying.forEach(
        (fault, words) -> {
          String why = report.failures().getOrDefault(name(fault), "nothing");
          assertTrue(why.contains(words), name(fault) + ": " + why);
          assertTrue(report.series(name(fault), Figures.THROUGHPUT).isEmpty(), name(fault));
        });
    assertEquals(saying.size(), report.failures().size());
    assertEquals(List.of("none"), report.subjects());
    assertEquals(1, report.series("none", Figures.THROUGHPUT).orElseThrow().values().size());
  }
}
