package io.sluice.server.node;

import io.sluice.server.transfer.OpenBlobs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the paths of blobs begin: as high up as they may be long, so that the directories in
 * between can be missing, and be made anew by another program, while the node runs.
 *
 * @param directory exists
 * @param prefix leads from there to the blobs, and ends with a slash
 */
record BlobAnchor(Path directory, byte[] prefix) {
  /** The anchor of a directory of blobs; if it is too far below, its parent. */
  static BlobAnchor of(Path blobs) {
    for (Path above = blobs.getRoot(); !above.equals(blobs); above = next(above, blobs)) {
      byte[] prefix = (above.relativize(blobs) + "/").getBytes(StandardCharsets.UTF_8);
      if (prefix.length <= OpenBlobs.PATH_PREFIX_BYTES_MAX
          && Files.isDirectory(above)
          && Files.isReadable(above)) {
        return new BlobAnchor(above, prefix);
      }
    }
    byte[] name = (blobs.getFileName() + "/").getBytes(StandardCharsets.UTF_8);
    return new BlobAnchor(blobs.getParent(), name);
  }

  private static Path next(Path above, Path below) {
    return above.resolve(below.getName(above.getNameCount()));
  }
}
