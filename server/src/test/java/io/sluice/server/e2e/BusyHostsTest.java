package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAccumulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two hosts that have next to no CPU: what one of them has is found through the other all the same,
 * however long that takes.
 */
@Tag("root")
@Tag("kernel")
@Timeout(120)
class BusyHostsTest {
  private static final int LAYERS = 100;
  private static final long LAYER_BYTES = 16 << 10;
  private static final int CLIENTS = 64;
  private static final double ENOUGH_CPUS = 2;

  /** So few that peers answer after seconds, or too late. */
  private static final double STARVED_CPUS = 0.1;

  private static final double BUSY_CPUS = 0.5;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long Spegel waits for an answer; so long at least some answers should take here. */
  private static final long NOT_BUSY_MS = 20;

  private static final OpenResources OPEN = new OpenResources();
  private static final List<SampleImage> IMAGES = new ArrayList<>();
  private static CpuCgroup group;
  private static SluiceProcess first;
  private static SluiceProcess second;

  @BeforeAll
  static void start() throws IOException {
    Requirement.root();
    Requirement.tools("ip", "nsenter");
    Path directory = Workspace.scratch("busy");
    OPEN.keep(() -> Workspace.delete(directory));
    Path full = directory.resolve("full");
    for (int i = 0; i < 2; i++) {
      IMAGES.add(SampleImage.write(full, "sluice.test/busy:" + i, LAYERS, LAYER_BYTES, i));
    }
    SampleImage.write(directory.resolve("other"), "sluice.test/other:1", 1, LAYER_BYTES, 2);
    group = OPEN.keep(CpuCgroup.of(ENOUGH_CPUS));
    Bridge bridge = OPEN.keep(Bridge.create());
    Bridge.Host one = bridge.add();
    Bridge.Host two = bridge.add();
    first = OPEN.keep(startNode(one, one, full));
    second = OPEN.keep(startNode(two, one, directory.resolve("other")));
    for (SluiceProcess node : List.of(first, second)) {
      Patience.until(
          node.authority() + " knows the other",
          PATIENCE,
          () -> node.metrics().sum("sluice_router_ready") == 1);
    }
    Patience.until(
        "all is advertised",
        PATIENCE,
        () -> first.metrics().sum("sluice_router_advertised_keys") >= 2 * LAYERS);
  }

  private static SluiceProcess startNode(Bridge.Host host, Bridge.Host known, Path layout) {
    return SluiceProcess.servingLayout(layout)
        .with("--bootstrap-kind", "static")
        .with("--static-bootstrap-peers", "/ip4/" + known.address())
        .onHost(host.address(), words -> group.enter(host.enter(words)))
        .start();
  }

  @AfterAll
  static void stop() throws Exception {
    OPEN.closeAll();
  }

  @Test
  void nobodySaysThatNobodyHasWhatIsAdvertised() throws Exception {
    TreeMap<Integer, Integer> starved = pullAll(0, STARVED_CPUS);
    assertFalse(starved.containsKey(NOT_FOUND), starved + "\n" + second.logTail());
    assertTrue(starved.getOrDefault(OK, 0) > LAYERS / 2, starved + "\n" + second.logTail());
    assertEquals(new TreeMap<>(Map.of(OK, LAYERS)), pullAll(1, BUSY_CPUS), second::logTail);
  }

  /** How often which status came for the layers of an image, all clients at once. */
  private static TreeMap<Integer, Integer> pullAll(int image, double cpus) throws Exception {
    LongAccumulator slowestMs = new LongAccumulator(Math::max, 0);
    TreeMap<Integer, Integer> statuses = new TreeMap<>();
    group.limit(cpus);
    try (ExecutorService pool = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (Descriptor layer : IMAGES.get(image).layers()) {
        answers.add(pool.submit(() -> get(layer, slowestMs)));
      }
      for (Future<Integer> answer : answers) {
        statuses.merge(answer.get(), 1, Integer::sum);
      }
    } finally {
      group.limit(ENOUGH_CPUS);
    }
    System.out.println(cpus + " CPUs: " + statuses + ", the slowest took " + slowestMs + " ms");
    assertTrue(slowestMs.get() > NOT_BUSY_MS, "the hosts were not busy");
    return statuses;
  }

  private static int get(Descriptor layer, LongAccumulator slowestMs) throws IOException {
    URI uri = second.registry().resolve("/v2/busy/blobs/" + layer.digest() + "?ns=sluice.test");
    long startNs = System.nanoTime();
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    try {
      int status = connection.getResponseCode();
      slowestMs.accumulate((System.nanoTime() - startNs) / 1_000_000);
      if (status == OK) {
        try (InputStream body = connection.getInputStream()) {
          assertEquals(layer.sizeBytes(), body.readAllBytes().length);
        }
      }
      return status;
    } finally {
      connection.disconnect();
    }
  }
}
