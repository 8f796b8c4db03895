package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/**
 * Where one thread's system calls leave their {@code errno}, with a little scratch memory for
 * arguments passed by reference. Belongs to one thread; two threads that shared one would read each
 * other's errors. Made once, it lets calls go without allocation, as soon as they are compiled by
 * the optimizing compiler (until then the linker allocates 40 bytes for each).
 */
public final class CallState {
  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CAPTURED.varHandle(PathElement.groupElement("errno"));
  private static final long SCRATCH_BYTES = 16;
  private static final ThreadLocal<CallState> OF_THREAD =
      ThreadLocal.withInitial(() -> new CallState(Arena.ofAuto()));

  private final MemorySegment captured;
  private final MemorySegment scratch;

  /**
   * Makes a call state that lives as long as {@code arena}. A confined arena makes Java check that
   * only its owner uses it.
   */
  public CallState(Arena arena) {
    captured = arena.allocate(CAPTURED);
    scratch = arena.allocate(SCRATCH_BYTES, 8);
  }

  /** The calling thread's own; for the control plane. */
  public static CallState ofThread() {
    return OF_THREAD.get();
  }

  MemorySegment captured() {
    return captured;
  }

  /** Memory for values passed by reference: an int at 0 and another at 8. */
  MemorySegment scratch() {
    return scratch;
  }

  /** The kernel's convention for a C library result: unchanged, or {@code -errno} for -1. */
  int result(int returned) {
    return returned == -1 ? -errno() : returned;
  }

  /** The same for a long. */
  long result(long returned) {
    return returned == -1 ? -errno() : returned;
  }

  private int errno() {
    return (int) ERRNO.get(captured, 0L);
  }

  /** Puts an int where {@link #scratch} starts and returns that memory. */
  MemorySegment scratchOf(int value) {
    scratch.set(JAVA_INT, 0, value);
    return scratch;
  }
}
