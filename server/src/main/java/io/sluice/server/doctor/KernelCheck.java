package io.sluice.server.doctor;

import io.sluice.linux.KernelVersion;
import io.sluice.ring.UringAvailability;
import io.sluice.server.config.ByteSize;
import io.sluice.server.node.MemoryTable;

/** Whether the kernel is new enough and lets this process do what a node does. */
final class KernelCheck {
  private static final KernelVersion FLOOR = new KernelVersion(5, 10);

  /** From here on, rings are charged to the memory cgroup, no longer to locked memory. */
  private static final KernelVersion RINGS_NOT_LOCKED = new KernelVersion(5, 12);

  private final Machine machine;
  private final MemoryTable memory;

  KernelCheck(Machine machine, MemoryTable memory) {
    this.machine = machine;
    this.memory = memory;
  }

  /** Linux 5.10 or newer. */
  Finding version() {
    String release = machine.kernelRelease();
    if (KernelVersion.parse(release).compareTo(FLOOR) < 0) {
      return Finding.fail(
          "kernel",
          "Linux "
              + release
              + " is older than "
              + FLOOR
              + "; run the node on "
              + FLOOR
              + " or newer.");
    }
    return Finding.ok("kernel", "Linux " + release);
  }

  /** io_uring is there, allowed, and has the operations. */
  Finding uring() {
    UringAvailability availability = machine.uring();
    if (availability != UringAvailability.AVAILABLE) {
      return Finding.fail(
          "io_uring", availability.finding() + "; " + decapitalised(availability.remedy()) + ".");
    }
    String missing = machine.missingOperations();
    return missing.isEmpty()
        ? Finding.ok("io_uring", "allowed, with all operations")
        : Finding.fail("io_uring", missing);
  }

  /** Before 5.12 rings count as locked memory; nothing else that a node maps is locked. */
  Finding lockedMemory() {
    if (KernelVersion.parse(machine.kernelRelease()).compareTo(RINGS_NOT_LOCKED) >= 0) {
      return Finding.ok("memlock", "nothing is locked");
    }
    long needed = memory.bytesOf(MemoryTable.RINGS);
    long allowed = machine.lockableBytes();
    if (allowed == Machine.UNLIMITED) {
      return Finding.ok("memlock", "unlimited");
    }
    if (allowed < needed) {
      return Finding.fail(
          "memlock",
          new ByteSize(allowed)
              + " may be locked and this kernel locks "
              + new ByteSize(needed)
              + " of rings; raise the limit (ulimit -l, LimitMEMLOCK=), grant CAP_IPC_LOCK, or"
              + " lower --loops.");
    }
    return Finding.ok("memlock", new ByteSize(allowed) + ", " + new ByteSize(needed) + " needed");
  }

  private static String decapitalised(String clause) {
    return clause.isEmpty()
        ? clause
        : Character.toLowerCase(clause.charAt(0)) + clause.substring(1);
  }
}
