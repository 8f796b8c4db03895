package io.sluice.server.mirror;

import java.io.IOException;
import java.util.List;

/**
 * Takes back what was prepared, after a step before the first change failed. What cannot be taken
 * back is harmless, and is cleared away by the next run.
 */
final class Undo {
  private final MirrorTree tree;
  private final FileOperations files;
  private final Manifest before;
  private final List<Change> changes;

  Undo(MirrorTree tree, Manifest before, List<Change> changes) {
    this.tree = tree;
    this.files = tree.files;
    this.before = before;
    this.changes = changes;
  }

  void run() {
    for (Change change : changes) {
      attempt(() -> files.delete(change.temporary()));
      if (!change.current().directoryExists()) {
        attempt(() -> tree.deleteIfEmpty(change.current().directory()));
      }
      if (!before.has(change.registry())) {
        attempt(() -> dropKept(change));
      }
    }
    attempt(() -> tree.removeState(before));
  }

  private void dropKept(Change change) throws IOException {
    files.delete(MirrorTree.temporary(tree.original(change.registry())));
    if (tree.hasOriginal(change.registry()) && tree.isSame(change.registry(), change.current())) {
      files.delete(tree.original(change.registry()));
    }
    tree.deleteIfEmpty(tree.original(change.registry()).getParent());
  }

  /** A step that may fail. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static void attempt(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      // The failure that led here is the one to be told.
      return;
    }
  }
}
