package io.sluice.server.e2e;

import java.util.ArrayDeque;
import java.util.Deque;

/** What the tests of a class share, and is to be closed after them: the latest first. */
final class OpenResources {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Closes {@code resource} before those that are kept already. */
  <T extends AutoCloseable> T keep(T resource) {
    open.addFirst(resource);
    return resource;
  }

  /** Closes them all; others can be kept afterwards. */
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.removeFirst().close();
    }
  }
}
