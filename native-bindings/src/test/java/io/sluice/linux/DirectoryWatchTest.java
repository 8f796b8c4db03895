package io.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DirectoryWatchTest {
  /** How many changes the kernel keeps. */
  private static final Path QUEUE_LIMIT = Path.of("/proc/sys/fs/inotify/max_queued_events");

  @TempDir private Path directory;
  private final DirectoryWatch watch = new DirectoryWatch();
  private final List<String> heard = new ArrayList<>();
  private final DirectoryWatch.Listener listener =
      new DirectoryWatch.Listener() {
        @Override
        public void onCame(int number, String name) {
          heard.add("came " + name);
        }

        @Override
        public void onWent(int number, String name) {
          heard.add("went " + name);
        }

        @Override
        public void onEnded(int number) {
          heard.add("ended " + number);
        }

        @Override
        public void onLost() {
          heard.add("lost");
        }
      };

  @AfterEach
  void close() {
    watch.close();
  }

  private List<String> hear() {
    heard.clear();
    watch.read(listener);
    return List.copyOf(heard);
  }

  @Test
  void aFileIsToldOfWhenItIsComplete() throws IOException {
    Path watched = Files.createDirectory(directory.resolve("watched"));
    watch.add(watched);
    Path outside = Files.writeString(directory.resolve("outside"), "x");
    Files.move(outside, watched.resolve("renamed"));
    assertEquals(List.of("came renamed"), hear());
    Files.writeString(watched.resolve("written"), "x");
    assertEquals(List.of("came written"), hear());
    Files.createDirectory(watched.resolve("directory"));
    assertEquals(List.of("came directory"), hear());
    assertEquals(List.of(), hear());
  }

  @Test
  void whatGoesIsToldOf() throws IOException {
    Path watched = Files.createDirectory(directory.resolve("watched"));
    Path first = Files.createFile(watched.resolve("first"));
    Path second = Files.createFile(watched.resolve("second"));
    watch.add(watched);
    Files.delete(first);
    Files.move(second, directory.resolve("away"), StandardCopyOption.ATOMIC_MOVE);
    assertEquals(List.of("went first", "went second"), hear());
  }

  @Test
  void aDirectoryThatVanishesEndsItsWatch() throws IOException {
    Path watched = Files.createDirectory(directory.resolve("watched"));
    int number = watch.add(watched);
    Files.delete(watched);
    assertTrue(hear().contains("ended " + number), heard::toString);
    assertEquals(
        Errno.ENOENT, assertThrows(LinuxException.class, () -> watch.add(watched)).errno());
    Path file = Files.createFile(directory.resolve("file"));
    assertEquals(Errno.ENOTDIR, assertThrows(LinuxException.class, () -> watch.add(file)).errno());
  }

  @Test
  void aRemovedWatchEnds() {
    int number = watch.add(directory);
    assertEquals(number, watch.add(directory));
    watch.remove(number);
    assertEquals(List.of("ended " + number), hear());
  }

  @Test
  void tooManyChangesAreLostAndThatIsTold() throws IOException {
    int limit;
    // Not readString: this file gives nothing to a second read.
    try (BufferedReader lines = Files.newBufferedReader(QUEUE_LIMIT)) {
      limit = Integer.parseInt(lines.readLine());
    }
    watch.add(directory);
    Path file = directory.resolve("file");
    for (int i = 0; i <= limit / 2; i++) {
      Files.createFile(file);
      Files.delete(file);
    }
    assertEquals("lost", hear().get(heard.size() - 1));
    Files.createFile(file);
    assertEquals(List.of("came file"), hear());
  }

  @Test
  void waitingEndsWithAChangeAndWhenWoken() throws InterruptedException, IOException {
    watch.add(directory);
    Files.createFile(directory.resolve("file"));
    watch.await(Long.MAX_VALUE);
    assertEquals(List.of("came file"), hear());
    Thread other = Thread.ofPlatform().start(watch::wake);
    watch.await(Long.MAX_VALUE);
    other.join();
    watch.await(0);
  }
}
