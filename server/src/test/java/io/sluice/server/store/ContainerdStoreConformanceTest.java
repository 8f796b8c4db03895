package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ImageFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every store promises, of one that has never heard of its containerd. */
class ContainerdStoreConformanceTest extends BlobStoreConformance {
  @Override
  BlobStore open(Path root) throws StoreException {
    FakeImages away = new FakeImages();
    away.stop();
    return new ContainerdStore(root, List.of("k8s.io"), ImageFilter.NONE, away);
  }

  @Test
  void aDirectoryWithoutBlobsYetIsFine() throws IOException {
    Path content = Files.createDirectories(directory.resolve("content"));
    assertOpensEmpty(content);
    Files.createDirectory(content.resolve("ingest"));
    assertOpensEmpty(content);
    assertOpensEmpty(directory.resolve("missing"));
  }

  private void assertOpensEmpty(Path content) throws StoreException {
    try (BlobStore store = open(content)) {
      assertEquals(Optional.empty(), store.describe(TestLayout.digest(1)));
    }
  }

  @Test
  void aWrongDirectoryIsRefusedWithTheRemedy() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.createFile(other.resolve("something"));
    assertRefused(other, "neither blobs nor ingest");
    assertRefused(Files.createFile(directory.resolve("file")), "is no directory");
    Path root = directory.resolve("containerd");
    Path content = root.resolve("io.containerd.content.v1.content");
    Files.createDirectories(content);
    assertRefused(root, "set --containerd-content-path to " + content);
  }

  private void assertRefused(Path path, String sentence) {
    StoreException e = assertThrows(StoreException.class, () -> open(path).close());
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
    assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
  }
}
