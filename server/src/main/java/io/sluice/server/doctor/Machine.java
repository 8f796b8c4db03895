package io.sluice.server.doctor;

import io.sluice.ring.UringAvailability;
import java.nio.file.Path;

/** What the doctor reads from a machine; tests bring machines of their own. */
interface Machine {
  /** For a limit that is none. */
  long UNLIMITED = Long.MAX_VALUE;

  /** The kernel's release, such as {@code 6.1.0-37-amd64}. */
  String kernelRelease();

  /** Whether this process may use io_uring, or who forbids it. */
  UringAvailability uring();

  /** Which operations a ring lacks here, as a sentence; empty if none. */
  String missingOperations();

  /** Bytes this process may lock, {@link #UNLIMITED} with the privilege to lock any. */
  long lockableBytes();

  /** Descriptors this process may have open. */
  long descriptorLimit();

  /** Least memory limit of the process's cgroup and those above, or {@link #UNLIMITED}. */
  long memoryLimitBytes();

  /** Whether that limit counts socket buffers: cgroup v2 does, v1 by default does not. */
  boolean isSocketMemoryCharged();

  /** How {@code file} can be read past the page cache. */
  DirectIo directIo(Path file);
}
