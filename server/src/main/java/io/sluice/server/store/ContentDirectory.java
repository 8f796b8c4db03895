package io.sluice.server.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Makes sure that a directory is, or may become, containerd's content directory. */
final class ContentDirectory {
  private static final String NAME = "io.containerd.content.v1.content";

  private ContentDirectory() {}

  /**
   * Refuses a directory that never will be one. It may be missing or empty: containerd makes it
   * when it starts for the first time.
   *
   * @throws StoreException naming the remedy
   */
  static void require(Path directory) throws StoreException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new StoreException(
          "The containerd content directory "
              + directory
              + " is no directory or not accessible: run as a user that may read it, or name the"
              + " right one with --containerd-content-path.");
    }
    Path below = directory.resolve(NAME);
    if (Files.isDirectory(below)) {
      throw new StoreException(
          directory
              + " is the root of containerd: set --containerd-content-path to "
              + below
              + ".");
    }
    requireAccess(directory);
    Path blobs = directory.resolve("blobs");
    if (Files.isDirectory(blobs)) {
      requireAccess(blobs);
    } else if (!Files.isDirectory(directory.resolve("ingest")) && !isEmpty(directory)) {
      // containerd creates blobs with the first one, but ingest at once.
      throw new StoreException(
          directory
              + " holds neither blobs nor ingest, so it is no containerd content directory: set"
              + " --containerd-content-path to the one that ends in "
              + NAME
              + ".");
    }
  }

  private static void requireAccess(Path directory) throws StoreException {
    if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      throw new StoreException(
          directory
              + " is not readable for this user: run as root or as a user of the group that owns"
              + " it.");
    }
  }

  private static boolean isEmpty(Path directory) throws StoreException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    } catch (IOException e) {
      throw new StoreException(directory + " cannot be listed (" + e + "): check its disk.");
    }
  }
}
