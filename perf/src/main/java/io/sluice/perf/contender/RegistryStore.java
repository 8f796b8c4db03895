package io.sluice.perf.contender;

import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image as the registry of the Distribution project keeps it on a file system: blobs under their
 * digest, and a file with the digest for each blob, manifest and tag that a repository has.
 *
 * <p>The blobs are hard links: nothing is written twice, and whoever drops the pages of a layer
 * drops those that the registry would read.
 */
final class RegistryStore {
  private static final String REPOSITORY = "bench";
  private static final String TAG = "1";

  private RegistryStore() {}

  /**
   * Writes it.
   *
   * @param root an empty directory on the file system of the layers
   * @param layers the image
   * @throws IOException when the file system has no hard links, or it cannot be written
   */
  static void write(Path root, LayerSet layers) throws IOException {
    Path version = root.resolve("docker/registry/v2");
    Path repository = version.resolve("repositories").resolve(REPOSITORY);
    try (DirectoryStream<Path> blobs =
        Files.newDirectoryStream(layers.layout().resolve("blobs/sha256"))) {
      for (Path blob : blobs) {
        String hex = blob.getFileName().toString();
        Path directory = version.resolve("blobs/sha256/" + hex.substring(0, 2) + "/" + hex);
        Files.createDirectories(directory);
        Files.createLink(directory.resolve("data"), blob);
        reference(repository.resolve("_layers/sha256/" + hex), hex);
      }
    }
    Path manifests = repository.resolve("_manifests");
    for (Layer manifest : layers.manifests()) {
      reference(
          manifests.resolve("revisions/sha256/" + manifest.digestHex()), manifest.digestHex());
    }
    String hex = layers.manifest().digestHex();
    reference(manifests.resolve("tags/" + TAG + "/current"), hex);
    reference(manifests.resolve("tags/" + TAG + "/index/sha256/" + hex), hex);
  }

  private static void reference(Path directory, String digestHex) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("link"), "sha256:" + digestHex);
  }
}
