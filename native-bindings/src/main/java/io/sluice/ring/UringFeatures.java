package io.sluice.ring;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Errno;
import io.sluice.linux.KernelVersion;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.io_uring_params;
import io.sluice.linux.generated.io_uring_probe;
import io.sluice.linux.generated.io_uring_probe_op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * What the kernel's io_uring can do (supported) and what rings make use of (enabled). Probed once,
 * then handed to every {@link IoUring#open}. Immutable.
 */
public final class UringFeatures {
  /**
   * System property with features to leave alone although the kernel supports them: names of {@link
   * UringFeature} separated by commas, or {@value #ALL_OPTIONAL} for all that Linux 5.10 lacks.
   */
  public static final String DISABLE_PROPERTY = "sluice.uring.disable";

  private static final String ALL_OPTIONAL = "optional";
  private static final int PROBE_OPERATIONS = 256;
  private static final int PROBE_ENTRIES = 4;

  private final KernelVersion kernel;
  private final Set<UringFeature> supported;
  private final Set<UringFeature> enabled;

  private UringFeatures(
      KernelVersion kernel, Set<UringFeature> supported, Set<UringFeature> enabled) {
    this.kernel = kernel;
    this.supported = supported;
    this.enabled = enabled;
  }

  /**
   * Asks the kernel. Enables what is supported, except what the system property {@value
   * #DISABLE_PROPERTY} names.
   *
   * @throws UringUnavailableException when io_uring cannot be used
   * @throws UnsupportedOperationException when the kernel lacks an operation that {@link Ring}
   *     needs
   * @throws IllegalArgumentException when the property names an unknown feature
   */
  public static UringFeatures probe() {
    Linux.requireSupportedPlatform();
    try (Arena arena = Arena.ofConfined()) {
      KernelVersion kernel = KernelVersion.running();
      Set<UringFeature> supported = probeSetup(flags -> acceptsSetup(arena, flags));
      Set<UringOperation> operations = probeOperations(arena);
      requireOperations(kernel, operations);
      if (operations.contains(UringOperation.SEND_ZC)) {
        supported.add(UringFeature.SEND_ZC);
      }
      if (hasCachestat()) {
        supported.add(UringFeature.CACHESTAT);
      }
      for (UringFeature feature : EnumSet.of(UringFeature.ASYNC_SEND, UringFeature.DONTCACHE)) {
        // Nothing but the version tells.
        if (kernel.isAtLeast(feature.sinceMajor(), feature.sinceMinor())) {
          supported.add(feature);
        }
      }
      return new UringFeatures(kernel, supported, EnumSet.copyOf(supported))
          .without(namedIn(System.getProperty(DISABLE_PROPERTY, "")));
    }
  }

  /** The running kernel. */
  public KernelVersion kernel() {
    return kernel;
  }

  /** Whether the kernel can do it. */
  public boolean isSupported(UringFeature feature) {
    return supported.contains(feature);
  }

  /** Whether the kernel can do it and rings make use of it. */
  public boolean isEnabled(UringFeature feature) {
    return enabled.contains(feature);
  }

  /** The same with {@code features} not enabled. */
  public UringFeatures without(UringFeature... features) {
    return without(Set.of(features));
  }

  /** The same with nothing enabled that Linux 5.10 does not have. */
  public UringFeatures asOnLinux510() {
    return without(notInFloor());
  }

  /** One line for each feature, for people. */
  public String table() {
    StringBuilder table = new StringBuilder();
    for (UringFeature feature : UringFeature.values()) {
      String state =
          isEnabled(feature)
              ? "enabled"
              : isSupported(feature)
                  ? "supported, not enabled"
                  : "not supported, needs Linux " + feature.since();
      table.append(String.format(Locale.ROOT, "%-14s  %s%n", feature, state));
    }
    return table.toString();
  }

  /** {@code IORING_SETUP_*} for what is enabled. */
  int setupFlags() {
    int flags = 0;
    for (UringFeature feature : enabled) {
      flags |= feature.setupFlag();
    }
    return flags;
  }

  private UringFeatures without(Set<UringFeature> features) {
    Set<UringFeature> rest = EnumSet.copyOf(enabled);
    rest.removeAll(features);
    // The kernel refuses one without the other.
    if (!rest.contains(UringFeature.SINGLE_ISSUER)) {
      rest.remove(UringFeature.DEFER_TASKRUN);
    }
    return new UringFeatures(kernel, supported, rest);
  }

  private static Set<UringFeature> notInFloor() {
    Set<UringFeature> features = EnumSet.noneOf(UringFeature.class);
    for (UringFeature feature : UringFeature.values()) {
      if (!feature.isInFloor()) {
        features.add(feature);
      }
    }
    return features;
  }

  static Set<UringFeature> namedIn(String property) {
    Set<UringFeature> features = EnumSet.noneOf(UringFeature.class);
    for (String word : property.split(",")) {
      String name = word.strip();
      if (name.equals(ALL_OPTIONAL)) {
        features.addAll(notInFloor());
      } else if (!name.isEmpty()) {
        features.add(named(name));
      }
    }
    return features;
  }

  private static UringFeature named(String name) {
    try {
      return UringFeature.valueOf(name);
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          "System property "
              + DISABLE_PROPERTY
              + " names '"
              + name
              + "'; known are "
              + ALL_OPTIONAL
              + " and "
              + EnumSet.allOf(UringFeature.class),
          unknown);
    }
  }

  /**
   * Tries all setup flags together, and one by one only when the kernel does not know them all.
   *
   * @param accepts whether a ring can be opened with the given flags
   */
  static Set<UringFeature> probeSetup(IntPredicate accepts) {
    Set<UringFeature> features = EnumSet.noneOf(UringFeature.class);
    int allFlags = 0;
    for (UringFeature feature : UringFeature.values()) {
      allFlags |= feature.setupFlag();
    }
    boolean all = accepts.test(allFlags);
    for (UringFeature feature : UringFeature.values()) {
      int flag = feature.setupFlag();
      if (flag != 0 && (all || accepts.test(flag | prerequisite(feature)))) {
        features.add(feature);
      }
    }
    return features;
  }

  private static int prerequisite(UringFeature feature) {
    return feature == UringFeature.DEFER_TASKRUN ? UringFeature.SINGLE_ISSUER.setupFlag() : 0;
  }

  private static boolean acceptsSetup(Arena arena, int flags) {
    MemorySegment parameters = io_uring_params.allocate(arena);
    io_uring_params.flags(parameters, flags);
    io_uring_params.cq_entries(parameters, 2 * PROBE_ENTRIES);
    int fd = Linux.ioUringSetup(CallState.ofThread(), PROBE_ENTRIES, parameters.address());
    if (fd == -Errno.EINVAL) {
      return false;
    }
    requireOpened(fd, PROBE_ENTRIES, flags);
    Descriptors.close(fd);
    return true;
  }

  static void requireOpened(int fd, int entries, int flags) {
    if (fd < 0) {
      throw new UringUnavailableException(
          UringAvailability.of(-fd),
          "io_uring_setup",
          "entries=" + entries + ", flags=0x" + Integer.toHexString(flags),
          -fd);
    }
  }

  private static Set<UringOperation> probeOperations(Arena arena) {
    CallState state = CallState.ofThread();
    MemorySegment parameters = io_uring_params.allocate(arena);
    int fd = Linux.ioUringSetup(state, PROBE_ENTRIES, parameters.address());
    requireOpened(fd, PROBE_ENTRIES, 0);
    long bytes = io_uring_probe.sizeof() + PROBE_OPERATIONS * io_uring_probe_op.sizeof();
    MemorySegment probe = arena.allocate(bytes, Long.BYTES);
    int result =
        Linux.ioUringRegister(
            state, fd, Libc.IORING_REGISTER_PROBE(), probe.address(), PROBE_OPERATIONS);
    Descriptors.close(fd);
    Set<UringOperation> operations = EnumSet.noneOf(UringOperation.class);
    if (result == -Errno.EINVAL) {
      // Older than 5.6, which is when the probe came.
      return operations;
    }
    if (result < 0) {
      throw new LinuxException("io_uring_register", "opcode=IORING_REGISTER_PROBE", -result);
    }
    MemorySegment entries = probe.asSlice(io_uring_probe.sizeof());
    for (UringOperation operation : UringOperation.values()) {
      MemorySegment entry = io_uring_probe_op.asSlice(entries, operation.opcode());
      if ((io_uring_probe_op.flags(entry) & Libc.IO_URING_OP_SUPPORTED()) != 0) {
        operations.add(operation);
      }
    }
    return operations;
  }

  static void requireOperations(KernelVersion kernel, Set<UringOperation> operations) {
    for (UringOperation operation : UringOperation.values()) {
      if (operation.isRequired() && !operations.contains(operation)) {
        throw new UnsupportedOperationException(
            "Linux "
                + kernel
                + " lacks the io_uring operation IORING_OP_"
                + operation
                + ". Use Linux 5.10 or newer.");
      }
    }
  }

  private static boolean hasCachestat() {
    // With a bad descriptor, so that it fails either way: EBADF where the call exists.
    long result = Linux.syscall(CallState.ofThread(), Libc.__NR_cachestat(), -1, 0, 0, 0, 0, 0);
    return result == -Errno.EBADF;
  }
}
