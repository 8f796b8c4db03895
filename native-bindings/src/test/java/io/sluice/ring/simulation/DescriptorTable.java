package io.sluice.ring.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * The process's descriptors. As on Linux a new descriptor gets the lowest free number, so that a
 * number used after its close soon means something else.
 */
final class DescriptorTable {
  private static final int FD_FIRST = 3;
  private static final int DESCRIPTORS_DEFAULT = 1 << 20;

  private final SimulatedKernel kernel;
  private final List<Descriptor> descriptors = new ArrayList<>();
  private int limit = DESCRIPTORS_DEFAULT;
  private int openCount;

  DescriptorTable(SimulatedKernel kernel) {
    this.kernel = kernel;
  }

  void setLimit(int limit) {
    this.limit = limit;
  }

  boolean isFull() {
    return openCount >= limit;
  }

  /**
   * Opens a descriptor.
   *
   * @param mustClose whether leaving it open at the end is a leak
   * @param origin what opened it, for messages
   */
  int install(FileDescription description, boolean mustClose, String origin) {
    int index = 0;
    while (index < descriptors.size() && descriptors.get(index) != null) {
      index++;
    }
    if (index == descriptors.size()) {
      descriptors.add(null);
    }
    descriptors.set(index, new Descriptor(description, mustClose, origin));
    description.retain();
    openCount++;
    return index + FD_FIRST;
  }

  /** What {@code fd} refers to; a violation when it is not open or is being closed. */
  FileDescription get(int fd, Object user) {
    Descriptor descriptor = find(fd);
    if (descriptor == null) {
      throw kernel.violation(user + " on descriptor " + fd + ", which is not open");
    }
    if (descriptor.closing) {
      throw kernel.violation(
          user + " on descriptor " + fd + " (" + descriptor.origin + "), which is being closed");
    }
    return descriptor.description;
  }

  /** From now on nothing may use {@code fd}, though its number is not free yet. */
  void beginClose(int fd, Object user) {
    get(fd, user);
    find(fd).closing = true;
  }

  /** Frees the number. */
  void finishClose(int fd) {
    FileDescription description = find(fd).description;
    descriptors.set(fd - FD_FIRST, null);
    openCount--;
    description.release();
  }

  /** Descriptors that the code under test should have closed, one line each. */
  String leaks() {
    StringBuilder leaks = new StringBuilder();
    for (int index = 0; index < descriptors.size(); index++) {
      Descriptor descriptor = descriptors.get(index);
      if (descriptor != null && descriptor.mustClose) {
        leaks.append("  descriptor ").append(index + FD_FIRST);
        leaks.append(" is still open: ").append(descriptor.description.noun());
        leaks.append(" from ").append(descriptor.origin).append('\n');
      }
    }
    return leaks.toString();
  }

  private Descriptor find(int fd) {
    int index = fd - FD_FIRST;
    return index < 0 || index >= descriptors.size() ? null : descriptors.get(index);
  }

  /** One open number. */
  private static final class Descriptor {
    final FileDescription description;
    final boolean mustClose;
    final String origin;
    boolean closing;

    Descriptor(FileDescription description, boolean mustClose, String origin) {
      this.description = description;
      this.mustClose = mustClose;
      this.origin = origin;
    }
  }
}
