package io.sluice.perf.confine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupTest {
  private final List<String> undone = new ArrayList<>();

  @Test
  void whatIsLeftIsUndoneInReverseOrderAndOnce() throws IOException {
    Cleanup cleanup = new Cleanup();
    cleanup.keep(() -> "group", undone::add);
    Cleanup.Kept<String> log = cleanup.keep(() -> "log", undone::add);
    cleanup.keep(() -> "process", undone::add);
    log.close();
    log.close();
    cleanup.close();
    cleanup.close();
    assertEquals(List.of("log", "process", "group"), undone);
  }

  @Test
  void aStepThatFailsDoesNotKeepTheOthersFromRunning() throws IOException {
    Cleanup cleanup = new Cleanup();
    cleanup.keep(() -> "group", undone::add);
    cleanup.keep(
        () -> "process",
        process -> {
          throw new IOException("it does not end");
        });
    cleanup.close();
    assertEquals(List.of("group"), undone);
  }

  @Test
  void nothingIsMadeOnceTheEndHasBegun() {
    Cleanup cleanup = new Cleanup();
    cleanup.close();
    List<String> made = new ArrayList<>();
    assertThrows(
        IOException.class,
        () -> cleanup.keep(() -> made.add("group"), group -> undone.add("group")));
    assertEquals(List.of(), made);
  }
}
