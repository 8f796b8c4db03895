package io.sluice.server.doctor;

import io.sluice.linux.Errno;
import io.sluice.server.config.Limits;
import io.sluice.server.config.StoreChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the store is there, can be read, and how. */
final class StoreCheck {
  private static final String STORE = "store";
  private static final String DIRECT_IO = "O_DIRECT";

  private final Machine machine;
  private final StoreChoice store;

  StoreCheck(Machine machine, StoreChoice store) {
    this.machine = machine;
    this.store = store;
  }

  /** The store's directories exist and can be listed. */
  Finding readable() {
    Path blobs = blobs();
    if (store instanceof StoreChoice.OciLayout layout && Files.notExists(layout.directory())) {
      return Finding.warn(
          STORE,
          layout.directory()
              + " does not exist yet, so there is nothing to serve; copy an image there, for"
              + " example with skopeo copy docker://IMAGE oci:"
              + layout.directory()
              + ":TAG, or name another --store.");
    }
    if (!Files.isDirectory(blobs)) {
      return Finding.fail(STORE, blobs + " is no directory that this user can see; " + remedy());
    }
    try (Stream<Path> entries = Files.list(blobs)) {
      // One entry is enough to know; there may be thousands.
      entries.findAny();
    } catch (IOException | UncheckedIOException e) {
      return Finding.fail(
          STORE, blobs + " cannot be read; run the node as a user who may list it, such as root.");
    }
    if (store instanceof StoreChoice.Containerd containerd
        && Files.notExists(containerd.socketPath())) {
      return Finding.warn(
          STORE,
          "containerd's content can be read, but "
              + containerd.socketPath()
              + " does not exist; start containerd, or say where it listens with"
              + " --containerd-sock.");
    }
    return Finding.ok(STORE, store + ", " + blobs + " can be read");
  }

  /** Blobs can be read past the page cache, at the alignment that transfers have. */
  Finding directIo() {
    Optional<Path> probe = probe();
    if (probe.isEmpty()) {
      return Finding.warn(
          DIRECT_IO,
          "there is no blob in "
              + blobs()
              + " to try it on; run doctor again when the store has content.");
    }
    DirectIo direct = machine.directIo(probe.get());
    if (direct.errno() != 0) {
      return Finding.warn(
          DIRECT_IO,
          "the file system of "
              + blobs()
              + " refuses it ("
              + Errno.name(direct.errno())
              + "), so reads go through the page cache and are dropped from it; for full speed put"
              + " the store on ext4 or XFS.");
    }
    int limit = Limits.TRANSFER_ALIGNMENT_BYTES;
    if (direct.memoryAlignmentBytes() > limit || direct.offsetAlignmentBytes() > limit) {
      return Finding.warn(
          DIRECT_IO,
          "the file system of "
              + blobs()
              + " wants reads aligned to "
              + Math.max(direct.memoryAlignmentBytes(), direct.offsetAlignmentBytes())
              + " bytes and transfers are aligned to "
              + limit
              + ", so reads go through the page cache; for full speed put the store on a device"
              + " with blocks of 4096 bytes or less.");
    }
    String alignment =
        direct.offsetAlignmentBytes() == 0
            ? "accepted; this kernel or file system does not say at which alignment"
            : "memory aligned to "
                + direct.memoryAlignmentBytes()
                + ", offsets to "
                + direct.offsetAlignmentBytes();
    return Finding.ok(DIRECT_IO, alignment);
  }

  private Path blobs() {
    Path root =
        switch (store) {
          case StoreChoice.Containerd containerd -> containerd.contentPath();
          case StoreChoice.OciLayout layout -> layout.directory();
        };
    return root.resolve("blobs").resolve("sha256");
  }

  private String remedy() {
    return switch (store) {
      case StoreChoice.Containerd containerd ->
          "mount containerd's content directory, or name it with --containerd-content-path.";
      case StoreChoice.OciLayout layout ->
          "name the directory that holds oci-layout and blobs with --store oci:PATH.";
    };
  }

  /** Any blob that is not empty. */
  private Optional<Path> probe() {
    try (Stream<Path> entries = Files.list(blobs())) {
      return entries.filter(StoreCheck::isProbe).findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static boolean isProbe(Path file) {
    try {
      return Files.isRegularFile(file) && Files.isReadable(file) && Files.size(file) > 0;
    } catch (IOException e) {
      // It was deleted meanwhile.
      return false;
    }
  }
}
