package io.sluice.perf.load;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Errno;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits for many sockets with a time-out in nanoseconds; epoll(7), level-triggered. The thread that
 * makes it waits and closes it; any thread may add. Not the ring: what measures a node shares no
 * code with it.
 */
final class Poller implements AutoCloseable {
  // System call numbers and constants of the only processor that the bindings are for, x86-64.
  private static final int NR_PRCTL = 157;
  private static final int NR_EPOLL_WAIT = 232;
  private static final int NR_EPOLL_CTL = 233;
  private static final int NR_PPOLL = 271;
  private static final int NR_EPOLL_CREATE1 = 291;
  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLLIN = 1;
  private static final short POLLIN = 1;
  private static final int PR_SET_TIMERSLACK = 29;

  /** {@code struct epoll_event} is packed on x86-64. */
  private static final int EVENT_BYTES = 12;

  private static final int EVENT_DATA_OFFSET = 4;
  private static final int EVENTS_MAX = 256;
  private static final long NS_PER_S = 1_000_000_000L;
  private static final long NS_PER_MS = 1_000_000L;

  /** Waits longer than this one need not be exact to the nanosecond. */
  private static final long COARSE_NS = 100 * NS_PER_MS;

  private final Arena arena = Arena.ofConfined();
  private final CallState state = new CallState(arena);
  private final MemorySegment events = arena.allocate(EVENTS_MAX * EVENT_BYTES, Long.BYTES);
  private final MemorySegment pollfd = arena.allocate(Long.BYTES, Long.BYTES);
  private final MemorySegment timeout = arena.allocate(2 * Long.BYTES, Long.BYTES);
  private final int fd;

  /**
   * Makes one, and has the kernel wake this thread on time instead of 50 us later; prctl(2).
   *
   * @throws LinuxException such as {@code EMFILE}
   */
  Poller() {
    fd = (int) Linux.syscall(state, NR_EPOLL_CREATE1, EPOLL_CLOEXEC, 0, 0, 0, 0, 0);
    if (fd < 0) {
      arena.close();
      throw new LinuxException("epoll_create1", "", -fd);
    }
    Linux.syscall(state, NR_PRCTL, PR_SET_TIMERSLACK, 1, 0, 0, 0, 0);
    // struct pollfd: the descriptor, and what is waited for.
    pollfd.set(JAVA_LONG, 0, (fd & 0xffff_ffffL) | ((long) POLLIN << Integer.SIZE));
  }

  /**
   * Waits for a socket from now on, until it is closed.
   *
   * @param socket its descriptor
   * @param id what it is called by {@link #id}
   * @throws LinuxException such as {@code ENOSPC}
   */
  void add(int socket, int id) {
    control(EPOLL_CTL_ADD, socket, id);
  }

  /**
   * Waits for a socket no more, though it stays open.
   *
   * @param socket its descriptor
   * @throws LinuxException when it is not waited for
   */
  void remove(int socket) {
    control(EPOLL_CTL_DEL, socket, 0);
  }

  private void control(int operation, int socket, int id) {
    try (Arena once = Arena.ofConfined()) {
      MemorySegment event = once.allocate(EVENT_BYTES, Long.BYTES);
      event.set(JAVA_INT_UNALIGNED, 0, EPOLLIN);
      event.set(JAVA_LONG_UNALIGNED, EVENT_DATA_OFFSET, id);
      CallState own = new CallState(once);
      long result = Linux.syscall(own, NR_EPOLL_CTL, fd, operation, socket, event.address(), 0, 0);
      if (result < 0) {
        throw new LinuxException("epoll_ctl", "fd=" + socket, (int) -result);
      }
    }
  }

  /**
   * Waits until a socket can be received from.
   *
   * @param timeoutNs how long at most; 0 or less only looks
   * @return how many are ready, of which {@link #id} tells
   * @throws LinuxException when the kernel refuses
   */
  int await(long timeoutNs) {
    long timeoutMs = 0;
    if (timeoutNs >= COARSE_NS) {
      timeoutMs = timeoutNs / NS_PER_MS;
    } else if (timeoutNs > 0) {
      timeout.set(JAVA_LONG, 0, timeoutNs / NS_PER_S);
      timeout.set(JAVA_LONG, Long.BYTES, timeoutNs % NS_PER_S);
      long ready =
          Linux.syscall(state, NR_PPOLL, pollfd.address(), 1, timeout.address(), 0, Long.BYTES, 0);
      if (ready == 0 || ready == -Errno.EINTR) {
        return 0;
      }
    }
    long count =
        Linux.syscall(state, NR_EPOLL_WAIT, fd, events.address(), EVENTS_MAX, timeoutMs, 0, 0);
    if (count < 0 && count != -Errno.EINTR) {
      throw new LinuxException("epoll_wait", "timeoutMs=" + timeoutMs, (int) -count);
    }
    return (int) Math.max(0, count);
  }

  /**
   * Which socket is ready.
   *
   * @param index below what {@link #await} has returned
   * @return the id that it was added with
   */
  int id(int index) {
    return (int) events.get(JAVA_LONG_UNALIGNED, (long) index * EVENT_BYTES + EVENT_DATA_OFFSET);
  }

  /** Waits for nothing any more; called once, by the thread that made it. */
  @Override
  public void close() {
    Descriptors.close(fd);
    arena.close();
  }
}
