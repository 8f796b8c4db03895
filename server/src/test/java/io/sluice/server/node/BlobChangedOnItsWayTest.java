package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ByteSize;
import io.sluice.server.config.ReadMode;
import io.sluice.server.log.CapturedLog;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A blob changes while several clients travel on it together, in every way that it can be read:
 * nobody gets a wrong byte or waits for ever, and nobody else notices.
 */
@Tag("kernel")
@Timeout(60)
class BlobChangedOnItsWayTest {
  private static final int BLOB_BYTES = 12 << 20;
  private static final int PAUSE_AT = 3 << 20;

  /** Further than what is read ahead and queued for clients that pause; not at a page's end. */
  private static final int SHORTER_BYTES = (10 << 20) + 100;

  private static final int CLIENTS = 4;
  private static final int OTHERS = 2;
  private static final int OTHER_BYTES = BLOB_BYTES - 7;

  @TempDir Path directory;
  private ImageLayout layout;
  private byte[] content;
  private Digest digest;
  private Digest other;

  /** How the blob's bytes leave. */
  private enum Way {
    DIRECT(ReadMode.DIRECT, false),
    DONTCACHE(ReadMode.DONTCACHE, false),
    BUFFERED(ReadMode.BUFFERED, false),
    AUTO_FROM_DISK(ReadMode.AUTO, false),
    AUTO_FROM_PAGE_CACHE(ReadMode.AUTO, true);

    private final ReadMode mode;
    private final boolean resident;

    Way(ReadMode mode, boolean resident) {
      this.mode = mode;
      this.resident = resident;
    }
  }

  /** What happens to the blob, and then what else is to be looked at. */
  @FunctionalInterface
  private interface Step {
    void run(TestNode node) throws Exception;
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void clientsOfABlobThatIsTruncatedAreCutOff(Way way) throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      List<Integer> received = pullWhile(way, node -> truncate(), this::assertCountedAsShrunk);
      assertTrue(Collections.min(received) >= PAUSE_AT, received::toString);
      assertTrue(Collections.max(received) <= SHORTER_BYTES, received::toString);
      List<String> lines = log.lines("");
      assertEquals(1, lines.size(), lines::toString);
      assertTrue(lines.getFirst().contains("has become shorter"), lines::toString);
      assertTrue(lines.getFirst().contains(digest.toString()), lines::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void clientsOfABlobThatIsReplacedGetTheOldOne(Way way) throws Exception {
    byte[] another = ImageLayout.random(9000, 1);
    List<Integer> received =
        pullWhile(
            way,
            node -> layout.put(digest, another),
            node -> {
              TestNode.await("the new one", () -> node.get(target()).body().length == 9000);
              assertArrayEquals(another, node.get(target()).body());
            });
    assertEquals(Collections.nCopies(CLIENTS, BLOB_BYTES), received);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void clientsOfABlobThatIsUnlinkedGetAllOfIt(Way way) throws Exception {
    List<Integer> received =
        pullWhile(
            way,
            node -> Files.delete(layout.path(digest)),
            node -> TestNode.await("gone", () -> node.get(target()).status() == 404));
    assertEquals(Collections.nCopies(CLIENTS, BLOB_BYTES), received);
  }

  /** What each client has received of the blob that {@code change} has met on its way. */
  private List<Integer> pullWhile(Way way, Step change, Step afterwards) throws Exception {
    createBlobs(way);
    List<Integer> received;
    try (TestNode node =
        TestNode.start(
            layout, settings -> settings.readMode(way.mode).transferMemory(ByteSize.ofMiB(8)))) {
      byte[] otherContent = ImageLayout.random(OTHER_BYTES, OTHER_BYTES);
      try (Herd herd = new Herd(node.address(), CLIENTS, digest, content, PAUSE_AT);
          Herd others = new Herd(node.address(), OTHERS, other, otherContent, PAUSE_AT)) {
        herd.awaitPaused();
        others.awaitPaused();
        change.run(node);
        herd.resume();
        others.resume();
        received = herd.received();
        assertEquals(Collections.nCopies(OTHERS, OTHER_BYTES), others.received());
      }
      assertShared(node, way);
      afterwards.run(node);
      node.awaitQuiet();
    }
    TestNode.await("no descriptor is left", () -> openFiles() == 0);
    return received;
  }

  private void createBlobs(Way way) throws IOException {
    layout = new ImageLayout(directory.resolve("layout"));
    content = ImageLayout.random(BLOB_BYTES, BLOB_BYTES);
    digest = layout.blob(content);
    other = layout.randomBlob(OTHER_BYTES);
    if (!way.resident) {
      layout.evict(digest);
      layout.evict(other);
    }
  }

  private String target() {
    return "/v2/x/blobs/" + digest;
  }

  private void truncate() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(layout.path(digest).toFile(), "rw")) {
      file.setLength(SHORTER_BYTES);
    }
  }

  /**
   * Clients that do not travel together read a blob of their own each. Most of what is read through
   * the page cache is read ahead by the kernel.
   */
  private static void assertShared(TestNode node, Way way) {
    double readsMax = way.resident ? 0 : 2;
    double reads = node.metric("sluice_disk_read_bytes_total") / (BLOB_BYTES + OTHER_BYTES);
    assertTrue(reads <= readsMax, () -> "each byte was read " + reads + " times");
    assertEquals(!way.resident, reads > 0, () -> "each byte was read " + reads + " times");
  }

  private void assertCountedAsShrunk(TestNode node) {
    assertEquals(CLIENTS, node.metric("sluice_transfers_aborted_total{reason=\"blob_shrank\"}"));
    assertEquals(CLIENTS, node.metric("sluice_transfers_aborted_total"));
  }

  /** Descriptors of this process that lead to the layout's blobs. */
  private long openFiles() throws IOException {
    String blobs = layout.root().resolve("blobs").toString();
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(descriptor -> leadsBelow(descriptor, blobs)).count();
    }
  }

  private static boolean leadsBelow(Path descriptor, String blobs) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith(blobs);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
