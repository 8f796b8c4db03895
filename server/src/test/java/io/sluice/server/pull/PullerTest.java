package io.sluice.server.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.metrics.SourceReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PullerTest {
  private static final PullReference APP = PullReference.parse("acme.test/app:1");
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String PEER = "10.0.0.1:5000";
  private static final String MANIFEST = digest('1');
  private static final String CONFIG = digest('2');
  private static final String FIRST = digest('3');
  private static final String SECOND = digest('4');

  private final FakeContainerd containerd = new FakeContainerd();
  private final Map<String, Map<String, Long>> delivered = new HashMap<>();
  private final Puller puller =
      new Puller(() -> containerd, () -> Optional.of(new SourceReport(0, Map.copyOf(delivered))));

  private static String digest(char digit) {
    return "sha256:" + String.valueOf(digit).repeat(64);
  }

  /** All that is missing arrives. */
  private void arrive() {
    containerd.ingests.clear();
    for (String digest : List.of(CONFIG, FIRST, SECOND)) {
      containerd.put(Puller.NAMESPACE, digest, 1000, Instant.now(), Map.of());
    }
    containerd.putImage(APP.name(), MANIFEST);
  }

  private PullResult pull() throws InterruptedException {
    return puller.pull(APP, LONG, blobs -> {});
  }

  private static Map<String, Long> sources(PullResult result, String digest) {
    return result.blobs().stream()
        .filter(blob -> blob.digest().equals(digest))
        .findFirst()
        .orElseThrow()
        .sources();
  }

  @Test
  void eachBlobHasItsSources() throws InterruptedException {
    delivered.put(FIRST, Map.of(PEER, 700L));
    containerd.story =
        () -> {
          containerd.putManifest("app", MANIFEST, CONFIG, FIRST, SECOND);
          delivered.put(MANIFEST, Map.of(PEER, 500L));
          delivered.put(CONFIG, Map.of(SourceReport.STORE, 1000L));
          delivered.put(FIRST, Map.of(PEER, 1300L));
          arrive();
        };
    PullResult result = pull();
    assertTrue(result.ok(), result::error);
    assertEquals(Map.of(PEER, 500L), sources(result, MANIFEST));
    assertEquals(Map.of(SourceReport.STORE, 1000L), sources(result, CONFIG));
    assertEquals(Map.of(PEER, 600L, PulledBlob.UPSTREAM, 400L), sources(result, FIRST));
    assertEquals(Map.of(PulledBlob.UPSTREAM, 1000L), sources(result, SECOND));
    assertEquals(List.of(APP.name(), "close"), containerd.asked);
  }

  @Test
  void progressIsThatOfTheImageAndOfNoOther() throws InterruptedException {
    List<List<BlobProgress>> seen = new ArrayList<>();
    CountDownLatch half = new CountDownLatch(1);
    containerd.story =
        () -> {
          containerd.putManifest("app", MANIFEST, CONFIG, FIRST, SECOND);
          containerd.put(Puller.NAMESPACE, SECOND, 1000, Instant.now(), Map.of());
          containerd.writing(FIRST, 400, 1000);
          containerd.writing(digest('9'), 1, 2);
          half.await();
          arrive();
        };
    PullResult result =
        puller.pull(
            APP,
            LONG,
            blobs -> {
              seen.add(blobs);
              half.countDown();
            });
    assertTrue(result.ok(), result::error);
    assertEquals(
        List.of(
            new BlobProgress("manifest", MANIFEST, 500, 500, true),
            new BlobProgress("config", CONFIG, 0, 0, false),
            new BlobProgress("layer", FIRST, 400, 1000, false),
            new BlobProgress("layer", SECOND, 1000, 1000, true)),
        seen.get(0));
    assertTrue(seen.get(seen.size() - 1).stream().allMatch(BlobProgress::done));
  }

  @Test
  void whatWasThereHasNoSource() throws InterruptedException {
    Instant before = Instant.now().minusSeconds(60);
    containerd.putManifest("app", MANIFEST, CONFIG, FIRST, SECOND);
    arrive();
    containerd.put(Puller.NAMESPACE, FIRST, 1000, before, Map.of());
    // Shared from another namespace: only its name is new.
    containerd.put("default", SECOND, 1000, before, Map.of());
    containerd.story = () -> containerd.put(Puller.NAMESPACE, SECOND, 9, Instant.now(), Map.of());
    PullResult result = pull();
    for (PulledBlob blob : result.blobs()) {
      assertTrue(blob.wasThere(), blob::toString);
      assertTrue(blob.sources().isEmpty());
    }
  }

  @Test
  void layersThatContainerdDropsAreReportedAsTheyWereSeen() throws InterruptedException {
    CountDownLatch seen = new CountDownLatch(1);
    containerd.story =
        () -> {
          containerd.putManifest("app", MANIFEST, CONFIG);
          containerd.writing(FIRST, 400, 1000);
          delivered.put(FIRST, Map.of(PEER, 1000L));
          seen.await();
          containerd.ingests.clear();
          containerd.putImage(APP.name(), MANIFEST);
        };
    PullResult result = puller.pull(APP, LONG, blobs -> seen.countDown());
    assertEquals(Map.of(PEER, 1000L), sources(result, FIRST));
  }

  @Test
  void withoutANodeOrWithOneThatForgetsTheSourceIsUnknown() throws InterruptedException {
    containerd.story =
        () -> {
          containerd.putManifest("app", MANIFEST, CONFIG, FIRST, SECOND);
          arrive();
        };
    PullResult alone = new Puller(() -> containerd, Optional::empty).pull(APP, LONG, blobs -> {});
    assertEquals(Map.of(PulledBlob.UNKNOWN, 1000L), sources(alone, FIRST));
    long[] forgotten = {0};
    Sources forgetful = () -> Optional.of(new SourceReport(forgotten[0]++, Map.of()));
    PullResult result = new Puller(() -> containerd, forgetful).pull(APP, LONG, blobs -> {});
    assertEquals(Map.of(PulledBlob.UNKNOWN, 1000L), sources(result, FIRST));
  }

  @Test
  void anInterruptedPullIsCancelled() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    containerd.story =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            cancelled.countDown();
            throw e;
          }
        };
    Thread self = Thread.currentThread();
    Thread.startVirtualThread(
        () -> {
          try {
            begun.await();
          } catch (InterruptedException e) {
            return;
          }
          self.interrupt();
        });
    assertThrows(InterruptedException.class, this::pull);
    cancelled.await();
    assertFalse(Thread.currentThread().isInterrupted());
    assertTrue(containerd.asked.contains("close"));
  }

  @Test
  void noContainerdIsASentence(@TempDir Path directory) throws InterruptedException {
    Path socket = directory.resolve("containerd.sock");
    PullResult result =
        new Puller(socket, Optional::empty).pull(APP, Duration.ofSeconds(1), blobs -> {});
    assertEquals(
        socket + " does not exist; start containerd, or name the socket that it listens on.",
        result.error());
    assertTrue(result.blobs().isEmpty());
  }
}
