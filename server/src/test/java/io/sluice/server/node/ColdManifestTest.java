package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Linux;
import io.sluice.linux.PageCache;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is small leaves in one piece with its head, if it is resident; serving must not make it. */
@Tag("kernel")
class ColdManifestTest {
  private static final int O_RDONLY = 0;
  private static final int POSIX_FADV_DONTNEED = 4;

  @TempDir static Path directory;

  @Test
  void aManifestThatIsReadFromDiskStaysOutOfThePageCache() throws IOException {
    ImageLayout layout = new ImageLayout(directory.resolve("layout"));
    String padding = "x".repeat(6000);
    Digest manifest = layout.image("registry.example/a/b:1", padding);
    layout.writeIndex();
    try (TestNode node = TestNode.start(layout);
        TestClient client = node.connect();
        Arena arena = Arena.ofConfined()) {
      String target = "/v2/a/b/manifests/" + manifest;
      assertEquals(manifest.toString(), client.digestOf(target));
      PageCache cache = new PageCache(arena, true);
      for (int i = 0; i < 3; i++) {
        drop(layout.path(manifest));
        assertEquals(manifest.toString(), client.digestOf(target));
        assertFalse(isResident(cache, layout.path(manifest)));
      }
    }
  }

  private static void drop(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    int fd = Descriptors.open(file, O_RDONLY);
    assertEquals(0, Linux.posixFadvise(CallState.ofThread(), fd, 0, 0, POSIX_FADV_DONTNEED));
    Descriptors.close(fd);
  }

  private static boolean isResident(PageCache cache, Path file) {
    int fd = Descriptors.open(file, O_RDONLY);
    try {
      return cache.isResident(fd, 0, 1);
    } finally {
      Descriptors.close(fd);
    }
  }
}
