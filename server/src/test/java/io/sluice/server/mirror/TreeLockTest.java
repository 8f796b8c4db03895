package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TreeLockTest {
  private static final long SHORT_MS = 100;

  @TempDir Path directory;

  @Test
  void oneWaitsForTheOther() throws IOException, InterruptedException {
    MirrorFixture fixture = new MirrorFixture(directory);
    CountDownLatch done = new CountDownLatch(1);
    TreeLock.holding(
        directory,
        () -> {
          Thread.ofVirtual()
              .start(
                  () -> {
                    fixture.configure();
                    done.countDown();
                  });
          try {
            assertFalse(done.await(SHORT_MS, TimeUnit.MILLISECONDS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          assertTrue(fixture.reports.isEmpty());
        });
    assertTrue(done.await(30, TimeUnit.SECONDS));
    assertFalse(fixture.reports.isEmpty());
  }

  @Test
  void patienceEnds() throws IOException {
    TreeLock.holding(
        directory,
        () ->
            assertEquals(
                directory + ": another configure or cleanup is at work and does not end; stop it.",
                assertThrows(
                        StartupException.class,
                        () -> TreeLock.holding(directory, SHORT_MS, () -> {}))
                    .getMessage()));
  }

  @Test
  void whatCannotBeOpenedIsToldOf() {
    Path none = directory.resolve("none");
    assertEquals(
        none + ": cannot be opened (ENOENT); run this as a user who may read it, such as root.",
        assertThrows(StartupException.class, () -> TreeLock.holding(none, () -> {})).getMessage());
  }
}
