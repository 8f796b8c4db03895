package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ContentWatchTest {
  private static final Digest ONE = TestLayout.digest(1);
  private static final Digest TWO = TestLayout.digest(2);

  @TempDir private Path directory;
  private final Set<Digest> here = new TreeSet<>();
  private ContentWatch watch;
  private int listings;
  private long nowNs = 1;

  private final ContentWatch.Listener listener =
      new ContentWatch.Listener() {
        @Override
        public void onCame(Digest digest) {
          here.add(digest);
        }

        @Override
        public void onWent(Digest digest) {
          here.remove(digest);
        }

        @Override
        public void onListed(Catalog present) {
          listings++;
          here.clear();
          for (int i = 0; i < present.digestCount(); i++) {
            here.add(present.digest(i));
          }
        }
      };

  @AfterEach
  void close() {
    watch.close();
  }

  private Path blobs() {
    return directory.resolve("content").resolve("blobs");
  }

  private Path file(Digest digest) {
    return blobs().resolve(digest.algorithm()).resolve(digest.hex());
  }

  private void add(Digest digest) throws IOException {
    Path temporary = Files.writeString(directory.resolve("ingest"), "x");
    Files.createDirectories(file(digest).getParent());
    Files.move(temporary, file(digest));
  }

  private Set<Digest> look() {
    watch.turn(nowNs, listener);
    return Set.copyOf(here);
  }

  private Set<Digest> lookASecondLater() {
    nowNs += ContentWatch.LOOK_NS;
    return look();
  }

  @Test
  void blobsComeAndGoWithoutAListing() throws IOException {
    add(ONE);
    watch = new ContentWatch(blobs(), StoreLimits.DEFAULT);
    assertEquals(Set.of(ONE), look());
    add(TWO);
    assertEquals(Set.of(ONE, TWO), look());
    Files.writeString(file(ONE).resolveSibling("no-digest"), "x");
    Files.delete(file(ONE));
    assertEquals(Set.of(TWO), look());
    assertEquals(Set.of(TWO), lookASecondLater());
    assertEquals(1, listings);
  }

  @Test
  void directoriesMayComeOneByOne() throws IOException {
    watch = new ContentWatch(blobs(), StoreLimits.DEFAULT);
    assertEquals(Set.of(), look());
    Files.createDirectories(blobs().getParent());
    lookASecondLater();
    Files.createDirectories(blobs());
    look();
    lookASecondLater();
    add(ONE);
    look();
    assertEquals(Set.of(ONE), lookASecondLater());
    add(TWO);
    assertEquals(Set.of(ONE, TWO), look());
    Digest other = new Digest("sha512", "0f".repeat(64));
    add(other);
    look();
    assertEquals(Set.of(ONE, TWO, other), lookASecondLater());
  }

  @Test
  void theFirstBlobOfARuntimeThatHadNoneIsSeenAtOnce() throws IOException {
    watch = new ContentWatch(blobs(), StoreLimits.DEFAULT);
    assertEquals(Set.of(), look());
    // It makes all of the directories now.
    add(ONE);
    assertEquals(Set.of(ONE), look());
    add(TWO);
    assertEquals(Set.of(ONE, TWO), look());
  }

  @Test
  void anotherDirectoryInItsPlaceIsSeen() throws IOException {
    add(ONE);
    watch = new ContentWatch(blobs(), StoreLimits.DEFAULT);
    look();
    Files.move(directory.resolve("content"), directory.resolve("away"));
    lookASecondLater();
    assertEquals(Set.of(), lookASecondLater());
    add(TWO);
    assertEquals(Set.of(TWO), lookASecondLater());
  }

  @Test
  void afterTooManyChangesAllIsListed() throws IOException {
    add(ONE);
    watch = new ContentWatch(blobs(), StoreLimits.DEFAULT);
    look();
    int limit;
    try (BufferedReader lines =
        Files.newBufferedReader(Path.of("/proc/sys/fs/inotify/max_queued_events"))) {
      limit = Integer.parseInt(lines.readLine());
    }
    Path busy = file(ONE).resolveSibling("busy");
    for (int i = 0; i <= limit / 2; i++) {
      Files.createFile(busy);
      Files.delete(busy);
    }
    // This is not told any more.
    add(TWO);
    Files.delete(file(ONE));
    assertEquals(Set.of(TWO), look());
    assertEquals(2, listings);
  }

  @Test
  void withoutInotifyItLooksOnceASecond() throws IOException, InterruptedException {
    watch = new ContentWatch(blobs(), StoreLimits.DEFAULT, null);
    assertEquals(Set.of(), look());
    add(ONE);
    assertEquals(Set.of(), look());
    assertEquals(Set.of(ONE), lookASecondLater());
    Files.delete(file(ONE));
    assertEquals(Set.of(), lookASecondLater());
    Thread other = Thread.ofPlatform().start(watch::wake);
    watch.await(Long.MAX_VALUE);
    other.join();
    long startNs = System.nanoTime();
    watch.await(1);
    assertTrue(System.nanoTime() - startNs < 30_000_000_000L);
  }
}
