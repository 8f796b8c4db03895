package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobListingTest {
  private static final Digest ONE = TestLayout.digest(1);
  private static final Digest TWO = TestLayout.digest(2);

  @TempDir private Path directory;
  private Path blobs;
  private long nowMs;
  private BlobListing listing;

  @BeforeEach
  void longAfterTheLastChange() {
    blobs = directory.resolve("blobs");
    nowMs = System.currentTimeMillis() + 3_600_000;
    listing = new BlobListing(blobs, StoreLimits.DEFAULT, () -> nowMs);
  }

  private void add(String name, long changedMs) throws IOException {
    Path algorithm = Files.createDirectories(blobs.resolve("sha256"));
    Files.writeString(algorithm.resolve(name), "");
    Files.setLastModifiedTime(algorithm, FileTime.fromMillis(changedMs));
  }

  @Test
  void nothingIsThereUntilTheFirstBlob() throws IOException {
    assertEquals(0, listing.look().digestCount());
    add(ONE.hex(), 1000);
    assertNotEquals(Catalog.NOT_FOUND, listing.look().findDigest(ONE));
    Files.delete(blobs.resolve("sha256").resolve(ONE.hex()));
    Files.delete(blobs.resolve("sha256"));
    assertEquals(0, listing.look().digestCount());
  }

  @Test
  void looksAgainOnlyAfterAChange() throws IOException {
    add(ONE.hex(), 1000);
    Catalog first = listing.look();
    assertSame(first, listing.look());
    add(TWO.hex(), 2000);
    assertEquals(2, listing.look().digestCount());
  }

  @Test
  void aChangeInTheSameTickAsTheLookIsNotMissed() throws IOException {
    nowMs = 5000;
    add(ONE.hex(), nowMs);
    assertEquals(1, listing.look().digestCount());
    add(TWO.hex(), nowMs);
    nowMs += 1000;
    Catalog both = listing.look();
    assertEquals(2, both.digestCount());
    assertSame(both, listing.look());
  }

  @Test
  void whatIsNoDigestIsNoBlob() throws IOException {
    add("partial", 1000);
    add(ONE.hex() + "0", 2000);
    add(ONE.hex(), 3000);
    Catalog found = listing.look();
    assertEquals(1, found.digestCount());
    assertEquals(ONE, found.digest(0));
  }

  @Test
  void isBounded() throws IOException {
    add(ONE.hex(), 1000);
    add(TWO.hex(), 2000);
    StoreLimits one = new StoreLimits(1, 1, 1, 1, 1, 1, 1);
    Catalog found = new BlobListing(blobs, one, () -> nowMs).look();
    assertEquals(1, found.digestCount());
    assertEquals(1, found.refusedDigests());
    assertNotSame(Catalog.EMPTY, found);
  }
}
