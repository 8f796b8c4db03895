package io.sluice.server.mirror;

import io.sluice.server.mirror.FileOperations.Kind;
import io.sluice.server.mirror.MirrorTree.Current;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Gives a registry's configuration back: what was there before, or nothing. */
final class Release {
  private final MirrorTree tree;
  private final FileOperations files;
  private final Consumer<String> report;

  Release(MirrorTree tree, Consumer<String> report) {
    this.tree = tree;
    this.files = tree.files;
    this.report = report;
  }

  /**
   * Restores one registry. Each step leaves the old or the new file in place, and all can be done
   * again.
   */
  void restore(String registry, Manifest manifest) throws IOException {
    Current current = tree.current(registry);
    boolean ours = current.kind() == Kind.FILE && manifest.isOurs(registry, current.content());
    boolean kept = tree.hasOriginal(registry);
    if (kept && (ours || current.kind() == Kind.NONE) && current.directory() != null) {
      tree.makeDirectories(current.directory());
      files.move(tree.original(registry), current.file());
      files.sync(current.directory());
      report.accept("restored " + current.file());
    } else if (kept) {
      discard(registry, current);
    } else if (ours) {
      files.delete(current.file());
      files.sync(current.directory());
      report.accept("removed " + current.file());
    } else if (current.content() != null && manifest.has(registry)) {
      report.accept("left " + current.file() + ": it was edited since it was written");
    }
    removeRemains(registry, current, manifest.madeDirectory(registry));
  }

  /** What is in place is an administrator's: what was kept is either the same or older. */
  private void discard(String registry, Current current) throws IOException {
    if (current.directory() != null && tree.isSame(registry, current)) {
      files.delete(tree.original(registry));
      return;
    }
    Path aside = tree.setAside(tree.original(registry), registry);
    report.accept(
        "left "
            + tree.named(registry)
            + ": it was edited since it was written; what was there"
            + " before is "
            + aside);
  }

  private void removeRemains(String registry, Current current, boolean madeDirectory)
      throws IOException {
    Path kept = tree.original(registry);
    files.delete(MirrorTree.temporary(kept));
    tree.deleteIfEmpty(kept.getParent());
    if (current.directory() == null || !current.directoryExists()) {
      return;
    }
    files.delete(MirrorTree.temporary(current.file()));
    if (madeDirectory && tree.deleteIfEmpty(current.directory())) {
      files.sync(tree.root);
    }
  }
}
