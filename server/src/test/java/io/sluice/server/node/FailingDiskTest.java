package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ByteSize;
import io.sluice.server.config.ReadMode;
import io.sluice.server.log.CapturedLog;
import io.sluice.server.store.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real disk fails while several clients travel on a blob that lies on it: they are cut off, which
 * is counted and logged once, and who wants what lies elsewhere does not notice.
 */
@Tag("kernel")
@Tag("root")
@Timeout(60)
class FailingDiskTest {
  private static final int BLOB_BYTES = 24 << 20;
  private static final int DISK_BYTES = 64 << 20;
  private static final int PAUSE_AT = 3 << 20;
  private static final int CLIENTS = 4;
  private static final int OTHERS = 2;
  private static final int OTHER_BYTES = (8 << 20) + 7;
  private static final String READ_ERRORS = "sluice_transfers_aborted_total{reason=\"read_error\"}";
  private static final Digest ON_DISK = new Digest("sha512", "0".repeat(128));

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(ReadMode.class)
  void clientsOfABlobThatCannotBeReadAreCutOff(ReadMode mode) throws Exception {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root may mount a disk");
    byte[] content = ImageLayout.random(BLOB_BYTES, BLOB_BYTES);
    ImageLayout layout = new ImageLayout(directory.resolve("layout"));
    Digest good = layout.randomBlob(OTHER_BYTES);
    Path mountPoint = Files.createDirectories(layout.root().resolve("blobs/sha512"));
    try (CapturedLog log = new CapturedLog();
        FailingDisk disk = FailingDisk.mount(directory.resolve("disk"), mountPoint, DISK_BYTES)) {
      ImageLayout seen = new ImageLayout(disk.root(layout.root().toAbsolutePath()));
      Files.write(seen.path(ON_DISK), content);
      disk.cool();
      seen.evict(good);
      try (TestNode node =
          TestNode.start(
              seen, settings -> settings.readMode(mode).transferMemory(ByteSize.ofMiB(8)))) {
        failUnderClients(node, disk, content, good);
        assertEquals(CLIENTS, node.metric(READ_ERRORS));
        assertStillServes(node, content, good);
        node.awaitQuiet();
        assertEquals(CLIENTS + 1, node.metric("sluice_transfers_aborted_total"));
      }
      List<String> lines = log.lines("");
      assertEquals(1, lines.size(), lines::toString);
      assertTrue(lines.getFirst().contains("cannot be read"), lines::toString);
      assertTrue(lines.getFirst().contains(ON_DISK.toString()), lines::toString);
      assertTrue(lines.getFirst().contains("EIO"), lines::toString);
    }
  }

  private static void failUnderClients(TestNode node, FailingDisk disk, byte[] content, Digest good)
      throws Exception {
    byte[] goodContent = ImageLayout.random(OTHER_BYTES, OTHER_BYTES);
    try (Herd herd = new Herd(node.address(), CLIENTS, ON_DISK, content, PAUSE_AT);
        Herd others = new Herd(node.address(), OTHERS, good, goodContent, PAUSE_AT)) {
      herd.awaitPaused();
      others.awaitPaused();
      disk.fail();
      herd.resume();
      others.resume();
      assertEquals(Collections.nCopies(OTHERS, OTHER_BYTES), others.received());
      List<Integer> received = herd.received();
      assertTrue(Collections.min(received) >= PAUSE_AT, received::toString);
      assertTrue(Collections.max(received) < BLOB_BYTES, received::toString);
    }
  }

  /** Who comes later is cut off as well, and others are served. */
  private static void assertStillServes(TestNode node, byte[] content, Digest good)
      throws Exception {
    try (TestClient client = node.connect()) {
      assertEquals(good.toString(), client.digestOf("/v2/x/blobs/" + good));
    }
    try (Herd late = new Herd(node.address(), 1, ON_DISK, content, 0)) {
      late.resume();
      assertTrue(late.received().getFirst() < BLOB_BYTES);
    }
  }
}
