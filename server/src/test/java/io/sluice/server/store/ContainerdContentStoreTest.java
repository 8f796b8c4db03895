package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerdContentStoreTest extends BlobStoreConformance {
  @Override
  BlobStore open(Path root) throws StoreException {
    return new ContainerdContentStore(root);
  }

  @Test
  void aDirectoryWithoutBlobsYetIsFine() throws IOException {
    Path content = Files.createDirectories(directory.resolve("content"));
    Files.createDirectory(content.resolve("ingest"));
    try (BlobStore store = new ContainerdContentStore(content)) {
      assertEquals(Optional.empty(), store.describe(TestLayout.digest(1)));
    }
  }

  @Test
  void aWrongDirectoryIsRefusedWithTheRemedy() throws IOException {
    assertRefused(directory.resolve("missing"), "start containerd once");
    assertRefused(Files.createDirectory(directory.resolve("empty")), "neither blobs nor ingest");
    assertRefused(Files.createFile(directory.resolve("file")), "is no directory");
    Path root = directory.resolve("containerd");
    Path content = root.resolve("io.containerd.content.v1.content");
    Files.createDirectories(content);
    assertRefused(root, "set --containerd-content-path to " + content);
  }

  private static void assertRefused(Path path, String sentence) {
    StoreException e =
        assertThrows(StoreException.class, () -> new ContainerdContentStore(path).close());
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
    assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
  }
}
