package io.sluice.ring;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Errno;
import io.sluice.linux.KernelVersion;
import io.sluice.linux.Linux;
import io.sluice.linux.generated.io_uring_params;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process may use io_uring, and if not, by whose decision. */
public enum UringAvailability {
  /** Rings can be opened. */
  AVAILABLE("io_uring is available", ""),
  /** {@code ENOSYS}: older than 5.1, or built without it. */
  NOT_IN_KERNEL(
      "This kernel has no io_uring", "Use Linux 5.10 or newer, built with CONFIG_IO_URING=y"),
  /** {@code kernel.io_uring_disabled} is 2. */
  DISABLED_BY_SYSCTL(
      "io_uring is switched off for everybody (kernel.io_uring_disabled=2)",
      "Run 'sysctl kernel.io_uring_disabled=0' on the node"),
  /** {@code kernel.io_uring_disabled} is 1. */
  PRIVILEGED_ONLY(
      "io_uring is reserved to privileged processes (kernel.io_uring_disabled=1)",
      "Run 'sysctl kernel.io_uring_disabled=0' on the node, or put the process into the group"
          + " kernel.io_uring_group, or give it CAP_SYS_ADMIN"),
  /** A seccomp filter refuses the calls, as the default ones of container runtimes do. */
  FORBIDDEN_BY_SECCOMP(
      "A seccomp profile forbids io_uring",
      "Run the container with a profile that allows io_uring_setup, io_uring_enter and"
          + " io_uring_register, or with seccomp=unconfined"),
  /** {@code EPERM} or {@code EACCES} for another reason. */
  FORBIDDEN(
      "A security policy forbids io_uring",
      "Look for a denial by SELinux or AppArmor in the node's audit log"),
  /** {@code ENOMEM}: before 5.12 rings count as locked memory. */
  NO_LOCKED_MEMORY(
      "There is not enough locked memory for a ring",
      "Raise the limit (ulimit -l, LimitMEMLOCK= of the systemd unit) or grant CAP_IPC_LOCK"),
  /** Out of file descriptors, or anything else. */
  FAILED("A ring cannot be opened", "Look the error up in io_uring_setup(2)");

  private static final Path SYSCTL = Path.of("/proc/sys/kernel/io_uring_disabled");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String SECCOMP_FILTER = "Seccomp:\t2";

  private final String finding;
  private final String remedy;

  UringAvailability(String finding, String remedy) {
    this.finding = finding;
    this.remedy = remedy;
  }

  /** What is the case, a clause without a full stop. */
  public String finding() {
    return finding;
  }

  /** What to do about it, a clause without a full stop; empty when there is nothing to do. */
  public String remedy() {
    return remedy;
  }

  /**
   * Tries to open a ring and, when that fails, finds out why. Any thread may call.
   *
   * @throws UnsupportedOperationException on another platform than the bindings are for
   */
  public static UringAvailability check() {
    Linux.requireSupportedPlatform();
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          Linux.ioUringSetup(CallState.ofThread(), 1, io_uring_params.allocate(arena).address());
      if (fd < 0) {
        return of(-fd);
      }
      Descriptors.close(fd);
      return AVAILABLE;
    }
  }

  /** Why {@code io_uring_setup(2)} failed with {@code errno} here. */
  static UringAvailability of(int errno) {
    return of(errno, KernelVersion.running(), sysctl(), isSeccompFiltered());
  }

  static UringAvailability of(
      int errno, KernelVersion kernel, int sysctl, boolean seccompFiltered) {
    return switch (errno) {
      // Some profiles answer ENOSYS for calls that they do not know.
      case Errno.ENOSYS ->
          seccompFiltered && kernel.isAtLeast(5, 1) ? FORBIDDEN_BY_SECCOMP : NOT_IN_KERNEL;
      case Errno.EPERM, Errno.EACCES -> {
        if (sysctl == 2) {
          yield DISABLED_BY_SYSCTL;
        }
        if (sysctl == 1) {
          yield PRIVILEGED_ONLY;
        }
        yield seccompFiltered ? FORBIDDEN_BY_SECCOMP : FORBIDDEN;
      }
      case Errno.ENOMEM -> NO_LOCKED_MEMORY;
      default -> FAILED;
    };
  }

  private static int sysctl() {
    try {
      return Integer.parseInt(Files.readString(SYSCTL).strip());
    } catch (IOException | NumberFormatException beforeLinux66) {
      return 0;
    }
  }

  private static boolean isSeccompFiltered() {
    try {
      return Files.readAllLines(STATUS).contains(SECCOMP_FILTER);
    } catch (IOException unreadable) {
      return false;
    }
  }
}
