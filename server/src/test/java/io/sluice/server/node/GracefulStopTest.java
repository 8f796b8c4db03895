package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that is told to stop finishes what it has begun, within bounds, and leaves nothing. */
@Tag("kernel")
@Timeout(60)
class GracefulStopTest {
  private static final int BIG = 8 * 1024 * 1024;
  private static final int LITTLE_RECEIVE_BUFFER = 4096;

  @TempDir Path directory;
  private ImageLayout layout;
  private Digest blob;

  @BeforeEach
  void create() throws IOException {
    layout = new ImageLayout(directory.resolve("layout"));
    blob = layout.randomBlob(BIG);
  }

  private TestClient reading(TestNode node) throws IOException {
    TestClient client = TestClient.connect(node.address(), LITTLE_RECEIVE_BUFFER);
    client.send(TestClient.request("GET", "/v2/x/blobs/" + blob));
    client.readHead().expect(200);
    return client;
  }

  @Test
  void finishesWhatIsInFlightAndRefusesWhatIsNew() throws Exception {
    TestNode node = TestNode.start(layout);
    try (TestClient reader = reading(node);
        TestClient idle = node.connect();
        TestClient used = node.connect()) {
      used.get("/v2/").expect(200);
      TestNode.await("three connections", () -> node.open() == 3);
      CompletableFuture<Void> stop = CompletableFuture.runAsync(node::close);
      assertTrue(idle.atEnd());
      assertTrue(used.atEnd());
      assertThrows(IOException.class, () -> node.connect().get("/v2/"));
      assertEquals(blob, ImageLayout.digestOf(reader.readBytes(BIG)));
      assertTrue(reader.atEnd());
      stop.get();
      node.node().awaitTermination();
    }
  }

  @Test
  void aPipelinedRequestDoesNotCutOffTheBodyBeforeIt() throws Exception {
    TestNode node = TestNode.start(layout);
    try (TestClient reader = reading(node)) {
      CompletableFuture<Void> stop = CompletableFuture.runAsync(node::close);
      TestNode.await("refused", () -> refuses(node));
      reader.send(TestClient.request("GET", "/v2/x/blobs/" + blob));
      assertEquals(blob, ImageLayout.digestOf(reader.readBytes(BIG)));
      assertTrue(reader.atEnd());
      stop.get();
    }
  }

  private static boolean refuses(TestNode node) {
    try (TestClient client = node.connect()) {
      return client.atEnd();
    } catch (IOException refused) {
      return true;
    }
  }

  @Test
  void breaksOffAfterTheTimeOut() throws Exception {
    TestNode node =
        TestNode.start(layout, settings -> settings.shutdownTimeout(Duration.ofMillis(300)));
    try (TestClient reader = reading(node)) {
      node.close();
      assertTrue(reader.drain() < BIG);
      node.node().awaitTermination();
    }
  }

  @Test
  void aTimeOutOfZeroEndsAtOnce() throws Exception {
    TestNode node = TestNode.start(layout, settings -> settings.shutdownTimeout(Duration.ZERO));
    try (TestClient reader = reading(node)) {
      node.close();
      assertTrue(reader.drain() < BIG);
    }
  }

  @Test
  void stoppingTwiceIsStoppingOnce() throws IOException {
    TestNode node = TestNode.start(layout);
    node.get("/v2/").expect(200);
    node.close();
    node.close();
    node.node().stop();
    node.node().awaitTermination();
  }

  /** One loop may have ended while the one that accepts still hands it sockets. */
  @Test
  void closesConnectionsThatComeWhileItStops() throws Exception {
    liveOnce();
    int descriptors = TestNode.descriptors();
    for (int i = 0; i < 20; i++) {
      TestNode node = TestNode.start(layout, settings -> settings.loops(4));
      Thread crowd = Thread.ofVirtual().start(() -> connectUntilRefused(node));
      crowd.join(20);
      node.close();
      crowd.join();
    }
    TestNode.await("no descriptor is left", () -> TestNode.descriptors() <= descriptors);
  }

  private static void connectUntilRefused(TestNode node) {
    List<TestClient> clients = new ArrayList<>();
    boolean refused = false;
    while (!refused && clients.size() < 5000) {
      refused = !connects(node, clients);
    }
    for (TestClient client : clients) {
      try {
        client.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static boolean connects(TestNode node, List<TestClient> clients) {
    try {
      return clients.add(node.connect());
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void leavesNoDescriptorNoThreadAndNoMemory() throws Exception {
    for (int i = 0; i < 3; i++) {
      liveOnce();
    }
    int descriptors = TestNode.descriptors();
    long mapped = mappedBytes();
    for (int i = 0; i < 20; i++) {
      liveOnce();
    }
    TestNode.await("no descriptor is left", () -> TestNode.descriptors() <= descriptors);
    TestNode.await("no thread is left", () -> nodeThreads() == 0);
    // One node's fixed memory is more than all that the heap may have grown by.
    assertTrue(mappedBytes() - mapped < 32L << 20, () -> mapped + " " + uncheckedMapped());
  }

  private void liveOnce() throws IOException {
    try (TestNode node = TestNode.start(layout)) {
      try (TestClient client = node.connect()) {
        assertEquals(blob.toString(), client.digestOf("/v2/x/blobs/" + blob));
      }
      TestClient reader = reading(node);
      reader.reset();
      node.metric("sluice_connections");
    }
  }

  private static long nodeThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(
            thread -> thread.getName().matches("loop-[0-9]+|control|oci-layout-watch|metrics.*"))
        .count();
  }

  private static long uncheckedMapped() {
    try {
      return mappedBytes();
    } catch (IOException e) {
      return -1;
    }
  }

  /** Anonymous memory outside the heap that is shared or locked shows up in the virtual size. */
  private static long mappedBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmSize:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("no VmSize");
  }
}
