package io.sluice.server.doctor;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.KernelVersion;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.linux.ResourceLimit;
import io.sluice.ring.UringAvailability;
import io.sluice.ring.UringFeatures;
import io.sluice.server.config.Limits;
import io.sluice.server.metrics.CgroupMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine that this process runs on. Any thread may call. */
final class LinuxMachine implements Machine {
  /** {@code CAP_IPC_LOCK} as a bit of a capability mask (capabilities(7)). */
  private static final int CAP_IPC_LOCK = 14;

  private static final int HEX = 16;

  private final Path root;

  /** A machine whose {@code /proc} and {@code /sys} lie below {@code root}. */
  LinuxMachine(Path root) {
    this.root = root;
  }

  @Override
  public String kernelRelease() {
    return KernelVersion.release();
  }

  @Override
  public UringAvailability uring() {
    return UringAvailability.check();
  }

  @Override
  public String missingOperations() {
    try {
      UringFeatures.probe();
      return "";
    } catch (UnsupportedOperationException | LinuxException e) {
      return e.getMessage();
    }
  }

  @Override
  public long lockableBytes() {
    long soft = ResourceLimit.MEMLOCK.soft();
    return soft == ResourceLimit.UNLIMITED || mayLockAnything() ? UNLIMITED : soft;
  }

  @Override
  public long descriptorLimit() {
    long soft = ResourceLimit.NOFILE.soft();
    return soft == ResourceLimit.UNLIMITED ? UNLIMITED : soft;
  }

  @Override
  public long memoryLimitBytes() {
    try {
      return CgroupMemory.ofSelf(root).limitBytes();
    } catch (IOException unseen) {
      return UNLIMITED;
    }
  }

  @Override
  public boolean isSocketMemoryCharged() {
    try {
      return CgroupMemory.ofSelf(root).isVersion2();
    } catch (IOException unseen) {
      return false;
    }
  }

  @Override
  public DirectIo directIo(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      Statx statx = Statx.of(arena, file);
      int errno = tryDirectRead(arena, file);
      return new DirectIo(errno, statx.memoryAlignmentBytes(), statx.offsetAlignmentBytes());
    }
  }

  /** Whether the effective capabilities include the one that lifts {@code RLIMIT_MEMLOCK}. */
  private boolean mayLockAnything() {
    String key = "CapEff:";
    for (String line : lines(root.resolve("proc/self/status"))) {
      if (line.startsWith(key)) {
        long mask = Long.parseUnsignedLong(line.substring(key.length()).strip(), HEX);
        return (mask >>> CAP_IPC_LOCK & 1) == 1;
      }
    }
    return false;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      // A container may hide it; then the privilege is not assumed.
      return List.of();
    }
  }

  private static int tryDirectRead(Arena arena, Path file) {
    int fd;
    try {
      fd = Descriptors.open(file, Statx.O_DIRECT);
    } catch (LinuxException e) {
      return e.errno();
    }
    long bytes = Limits.TRANSFER_ALIGNMENT_BYTES;
    MemorySegment buffer = arena.allocate(bytes, bytes);
    long result = Linux.read(CallState.ofThread(), fd, buffer, bytes);
    Descriptors.close(fd);
    return result < 0 ? Math.toIntExact(-result) : 0;
  }

  /**
   * What {@code statx(2)} says about direct reads; for x86-64, like the bindings.
   *
   * @param memoryAlignmentBytes 0 if unknown
   * @param offsetAlignmentBytes 0 if unknown
   */
  private record Statx(int memoryAlignmentBytes, int offsetAlignmentBytes) {
    static final int O_DIRECT = 0x4000;

    private static final int NR_STATX = 332;
    private static final int AT_FDCWD = -100;
    private static final int STATX_DIOALIGN = 0x2000;
    private static final long BYTES = 256;
    private static final long MASK = 0;
    private static final long DIO_MEM_ALIGN = 152;
    private static final long DIO_OFFSET_ALIGN = 156;

    static Statx of(Arena arena, Path file) {
      MemorySegment path = arena.allocateFrom(file.toString());
      MemorySegment result = arena.allocate(BYTES, Long.BYTES);
      long failed =
          Linux.syscall(
              CallState.ofThread(),
              NR_STATX,
              AT_FDCWD,
              path.address(),
              0,
              STATX_DIOALIGN,
              result.address(),
              0);
      if (failed < 0 || (result.get(ValueLayout.JAVA_INT, MASK) & STATX_DIOALIGN) == 0) {
        return new Statx(0, 0);
      }
      return new Statx(
          result.get(ValueLayout.JAVA_INT, DIO_MEM_ALIGN),
          result.get(ValueLayout.JAVA_INT, DIO_OFFSET_ALIGN));
    }
  }
}
