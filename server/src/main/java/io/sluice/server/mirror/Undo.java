package io.sluice.server.mirror;

import java.io.IOException;
import java.util.List;

/**
 * Takes back what was prepared, after a step failed: all of it before the first change, else what
 * did not take its place. What cannot be taken back is harmless, and cleared away by the next run.
 */
final class Undo {
  private final MirrorTree tree;
  private final FileOperations files;
  private final Manifest before;
  private final List<Change> changes;
  private boolean begun;
  private boolean done;

  Undo(MirrorTree tree, Manifest before, List<Change> changes) {
    this.tree = tree;
    this.files = tree.files;
    this.before = before;
    this.changes = changes;
  }

  /** From now on files take their places. */
  void begun() {
    begun = true;
  }

  /** There is nothing to take back. */
  void done() {
    done = true;
  }

  /** Takes back, if there is anything. */
  void run() {
    if (done) {
      return;
    }
    for (Change change : changes) {
      if (change.writes()) {
        attempt(() -> files.delete(change.temporary()));
      }
    }
    if (!begun) {
      dropAll();
    }
  }

  private void dropAll() {
    for (Change change : changes) {
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
