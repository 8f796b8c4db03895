package io.sluice.linux;

import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.rlimit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A limit of this process, as in {@code getrlimit(2)}. Any thread may call. */
public enum ResourceLimit {
  /** One more than the highest file descriptor number. */
  NOFILE(Libc.RLIMIT_NOFILE()),
  /** Bytes that an unprivileged process may lock; before Linux 5.12 rings included. */
  MEMLOCK(Libc.RLIMIT_MEMLOCK());

  /** A limit that is none. */
  public static final long UNLIMITED = Libc.RLIM_INFINITY();

  private final int resource;

  ResourceLimit(int resource) {
    this.resource = resource;
  }

  /** The limit in force; {@link #UNLIMITED} (negative) when there is none. */
  public long soft() {
    try (Arena arena = Arena.ofConfined()) {
      return rlimit.rlim_cur(read(arena));
    }
  }

  /** What an unprivileged process may raise {@link #soft} to. */
  public long hard() {
    try (Arena arena = Arena.ofConfined()) {
      return rlimit.rlim_max(read(arena));
    }
  }

  /**
   * Changes the limit in force, for the whole process.
   *
   * @throws LinuxException when it is more than {@link #hard} and the process is unprivileged
   */
  public void setSoft(long value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = read(arena);
      rlimit.rlim_cur(limit, value);
      int result = Linux.setrlimit(CallState.ofThread(), resource, limit);
      if (result < 0) {
        throw new LinuxException(
            "setrlimit",
            "resource="
                + this
                + ", soft="
                + Long.toUnsignedString(value)
                + ", hard="
                + Long.toUnsignedString(rlimit.rlim_max(limit)),
            -result);
      }
    }
  }

  private MemorySegment read(Arena arena) {
    MemorySegment limit = rlimit.allocate(arena);
    int result = Linux.getrlimit(CallState.ofThread(), resource, limit);
    if (result < 0) {
      throw new LinuxException("getrlimit", "resource=" + this, -result);
    }
    return limit;
  }
}
