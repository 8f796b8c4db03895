package io.sluice.server.mirror;

import io.sluice.server.mirror.FileOperations.Kind;
import io.sluice.server.mirror.MirrorTree.Current;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What is to be done for one registry.
 *
 * @param registry the name of its directory
 * @param current its file now
 * @param ours whether that is what was written before
 * @param original what was there before; null if nothing was
 * @param text what is to be there
 */
record Change(String registry, Current current, boolean ours, byte[] original, byte[] text) {
  /** What to do. */
  enum Action {
    /** Nothing: it is there. */
    NONE,
    /** Nothing, and it is not ours: an administrator has written the same. */
    LEAVE,
    /** Put what was there before in place, since it is the same. */
    RESTORE,
    /** Write it. */
    WRITE,
    /** Keep what is there, and write it. */
    KEEP_AND_WRITE
  }

  Action action() {
    if (!ours && current.holds(text)) {
      return Action.LEAVE;
    }
    // Were it written instead, a cleanup that is broken off could take it for ours.
    if ((ours || current.kind() == Kind.NONE) && Arrays.equals(original, text)) {
      return Action.RESTORE;
    }
    if (ours && current.holds(text)) {
      return Action.NONE;
    }
    return ours || current.kind() == Kind.NONE ? Action.WRITE : Action.KEEP_AND_WRITE;
  }

  boolean writes() {
    return action() == Action.WRITE || action() == Action.KEEP_AND_WRITE;
  }

  Path temporary() {
    return MirrorTree.temporary(current.file());
  }
}
