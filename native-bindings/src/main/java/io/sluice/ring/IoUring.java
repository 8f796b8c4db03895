package io.sluice.ring;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Errno;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.io_uring_sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A {@link Ring} on io_uring: entries are written into memory shared with the kernel, and one
 * system call hands them over and waits ({@code io_uring_setup(2)}, {@code io_uring_enter(2)},
 * {@code io_uring_register(2)}).
 *
 * <p>Belongs to the thread that opened it; another one gets a {@link WrongThreadException}. Nothing
 * allocates after {@link #open}. A failure of the ring itself, as opposed to an operation's, is a
 * {@link LinuxException} and means a bug or a kernel out of memory.
 */
public final class IoUring implements Ring {
  /** The most submission queue entries that the kernel allows. */
  public static final int MAX_SUBMISSION_ENTRIES = 32_768;

  /** The most completion queue entries that the kernel allows. */
  public static final int MAX_COMPLETION_ENTRIES = 2 * MAX_SUBMISSION_ENTRIES;

  private static final int OP_NOP = 0;
  private static final int OP_POLL_ADD = Libc.IORING_OP_POLL_ADD();
  private static final int OP_TIMEOUT = Libc.IORING_OP_TIMEOUT();
  private static final int OP_ACCEPT = Libc.IORING_OP_ACCEPT();
  private static final int OP_ASYNC_CANCEL = Libc.IORING_OP_ASYNC_CANCEL();
  private static final int OP_CONNECT = Libc.IORING_OP_CONNECT();
  private static final int OP_OPENAT = Libc.IORING_OP_OPENAT();
  private static final int OP_CLOSE = Libc.IORING_OP_CLOSE();
  private static final int OP_STATX = Libc.IORING_OP_STATX();
  private static final int OP_FADVISE = Libc.IORING_OP_FADVISE();
  private static final int OP_READ = Libc.IORING_OP_READ();
  private static final int OP_WRITE = Libc.IORING_OP_WRITE();
  private static final int OP_RECV = Libc.IORING_OP_RECV();
  private static final int OP_SEND = Libc.IORING_OP_SEND();
  private static final int ACCEPT_FLAGS = Libc.SOCK_CLOEXEC() | Libc.SOCK_NONBLOCK();
  private static final int MSG_NOSIGNAL = Libc.MSG_NOSIGNAL();
  private static final int GETEVENTS = Libc.IORING_ENTER_GETEVENTS();

  /** {@code IORING_REGISTER_IOWQ_MAX_WORKERS}, since Linux 5.15. */
  private static final int REGISTER_MAX_WORKERS = 19;

  /** {@code IOSQE_ASYNC}, which is a macro of an enumeration in the header. */
  private static final byte IOSQE_ASYNC = 1 << 4;

  private static final long CURRENT_POSITION = -1;

  private final Arena arena;
  private final CallState state;
  private final int ringFd;
  private final SubmissionQueue submissions;
  private final CompletionQueue completions;
  private final boolean asyncSends;
  private int inFlight;
  private boolean closed;

  private IoUring(UringFeatures features, Arena arena, CallState state, RingMapping mapping) {
    asyncSends = features.isEnabled(UringFeature.ASYNC_SEND);
    this.arena = arena;
    this.state = state;
    ringFd = mapping.ringFd();
    submissions = mapping.submissions();
    completions = mapping.completions();
  }

  /**
   * Opens a ring that belongs to the calling thread.
   *
   * @param features what to make use of
   * @param submissionEntries how many operations are prepared before the ring submits them by
   *     itself: a power of two, at most {@link #MAX_SUBMISSION_ENTRIES}
   * @param completionEntries how many completions fit: a power of two, at least {@code
   *     submissionEntries}, at most {@link #MAX_COMPLETION_ENTRIES}. To be at least the number of
   *     operations in flight; the kernel then never has to keep completions elsewhere
   * @throws IllegalArgumentException for other sizes
   * @throws UringUnavailableException when the kernel refuses
   */
  public static IoUring open(UringFeatures features, int submissionEntries, int completionEntries) {
    requireSizes(submissionEntries, completionEntries);
    Arena arena = Arena.ofConfined();
    try {
      CallState state = new CallState(arena);
      IoUring ring =
          new IoUring(
              features,
              arena,
              state,
              RingMapping.open(features, arena, state, submissionEntries, completionEntries));
      ring.limitWorkers(arena, Runtime.getRuntime().availableProcessors());
      return ring;
    } catch (RuntimeException failed) {
      arena.close();
      throw failed;
    }
  }

  /** More workers for sockets than CPUs would only take turns; those for files are few. */
  private void limitWorkers(Arena arena, int workers) {
    if (asyncSends) {
      MemorySegment limits = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
      limits.set(ValueLayout.JAVA_INT, Integer.BYTES, workers);
      int result = Linux.ioUringRegister(state, ringFd, REGISTER_MAX_WORKERS, limits.address(), 2);
      if (result < 0) {
        throw new LinuxException("io_uring_register", "opcode=" + REGISTER_MAX_WORKERS, -result);
      }
    }
  }

  private static void requireSizes(int submissionEntries, int completionEntries) {
    if (Integer.bitCount(submissionEntries) != 1
        || submissionEntries < 1
        || submissionEntries > MAX_SUBMISSION_ENTRIES) {
      throw new IllegalArgumentException(
          "Submission entries must be a power of two of at most "
              + MAX_SUBMISSION_ENTRIES
              + ", not "
              + submissionEntries);
    }
    if (Integer.bitCount(completionEntries) != 1
        || completionEntries < submissionEntries
        || completionEntries > MAX_COMPLETION_ENTRIES) {
      throw new IllegalArgumentException(
          "Completion entries must be a power of two from the "
              + submissionEntries
              + " submission entries to "
              + MAX_COMPLETION_ENTRIES
              + ", not "
              + completionEntries);
    }
  }

  @Override
  public void accept(int listenFd, long userData) {
    MemorySegment entry = prepare(OP_ACCEPT, listenFd, 0, 0, 0, userData);
    io_uring_sqe.accept_flags(entry, ACCEPT_FLAGS);
  }

  @Override
  public void connect(int fd, long address, int length, long userData) {
    prepare(OP_CONNECT, fd, length, address, 0, userData);
  }

  @Override
  public void recv(int fd, long address, int length, int flags, long userData) {
    MemorySegment entry = prepare(OP_RECV, fd, 0, address, length, userData);
    io_uring_sqe.msg_flags(entry, flags);
  }

  @Override
  public void send(int fd, long address, int length, int flags, long userData) {
    MemorySegment entry = prepare(OP_SEND, fd, 0, address, length, userData);
    io_uring_sqe.msg_flags(entry, flags | MSG_NOSIGNAL);
  }

  @Override
  public void sendAsync(int fd, long address, int length, int flags, long userData) {
    MemorySegment entry = prepare(OP_SEND, fd, 0, address, length, userData);
    io_uring_sqe.msg_flags(entry, flags | MSG_NOSIGNAL);
    if (asyncSends) {
      io_uring_sqe.flags(entry, IOSQE_ASYNC);
    }
  }

  @Override
  public void openAt(int directoryFd, long pathAddress, int flags, int mode, long userData) {
    MemorySegment entry = prepare(OP_OPENAT, directoryFd, 0, pathAddress, mode, userData);
    io_uring_sqe.open_flags(entry, flags);
  }

  @Override
  public void statx(
      int directoryFd, long pathAddress, int flags, int mask, long statxAddress, long userData) {
    MemorySegment entry = prepare(OP_STATX, directoryFd, statxAddress, pathAddress, mask, userData);
    io_uring_sqe.statx_flags(entry, flags);
  }

  @Override
  public void close(int fd, long userData) {
    prepare(OP_CLOSE, fd, 0, 0, 0, userData);
  }

  @Override
  public void read(int fd, long address, int length, long fileOffset, int flags, long userData) {
    MemorySegment entry = prepare(OP_READ, fd, fileOffset, address, length, userData);
    io_uring_sqe.rw_flags(entry, flags);
  }

  @Override
  public void write(int fd, long address, int length, long userData) {
    prepare(OP_WRITE, fd, CURRENT_POSITION, address, length, userData);
  }

  @Override
  public void fadvise(int fd, long fileOffset, int length, int advice, long userData) {
    MemorySegment entry = prepare(OP_FADVISE, fd, fileOffset, 0, length, userData);
    io_uring_sqe.fadvise_advice(entry, advice);
  }

  @Override
  public void pollAdd(int fd, int pollMask, long userData) {
    MemorySegment entry = prepare(OP_POLL_ADD, fd, 0, 0, 0, userData);
    io_uring_sqe.poll32_events(entry, pollMask);
  }

  @Override
  public void timeout(long timespecAddress, long userData) {
    // Length: one timespec. Offset 0: time alone ends it, not a count of completions.
    prepare(OP_TIMEOUT, -1, 0, timespecAddress, 1, userData);
  }

  @Override
  public void cancel(long targetUserData, long userData) {
    prepare(OP_ASYNC_CANCEL, -1, 0, targetUserData, 0, userData);
  }

  /** Does nothing, the whole way to the kernel and back: what a turn costs without its work. */
  void nop(long userData) {
    prepare(OP_NOP, -1, 0, 0, 0, userData);
  }

  private MemorySegment prepare(
      int opcode, int fd, long offset, long address, int length, long userData) {
    if (submissions.isFull()) {
      flush();
    }
    inFlight++;
    return submissions.next(opcode, fd, offset, address, length, userData);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when {@code minComplete} is more than fits into the queue
   */
  @Override
  public int submitAndWait(int minComplete) {
    if (minComplete > completions.capacity()) {
      throw new IllegalArgumentException(
          "Cannot wait for more completions than the queue has room for");
    }
    for (; ; ) {
      int toSubmit = submissions.publish();
      int available = completions.available();
      boolean enough = minComplete > 0 && available >= minComplete;
      if (toSubmit == 0 && enough && !submissions.hasOverflow()) {
        return available;
      }
      int kernelMinimum = Math.max(0, minComplete - completions.spilled());
      int result = enter(toSubmit, kernelMinimum, GETEVENTS);
      available = completions.available();
      if (result == -Errno.EBUSY || result == -Errno.EAGAIN) {
        if (available > 0) {
          return available;
        }
        reap();
      } else if (submissions.unsubmitted() == 0 && available >= minComplete) {
        return available;
      }
    }
  }

  /** Empties a full submission queue. */
  private void flush() {
    while (submissions.isFull()) {
      int result = enter(submissions.publish(), 0, 0);
      if (result == -Errno.EBUSY || result == -Errno.EAGAIN) {
        // Before Linux 5.18 the kernel wants its completions taken first.
        if (!completions.spill()) {
          throw new IllegalStateException(
              "More operations in flight than the completion queue has room for; open the ring"
                  + " with more completion entries");
        }
        reap();
      }
    }
  }

  /** Lets the kernel finish what it can, without a new submission. */
  private void reap() {
    enter(0, 0, GETEVENTS);
    Thread.onSpinWait();
  }

  private int enter(int toSubmit, int minComplete, int flags) {
    for (; ; ) {
      int result = Linux.ioUringEnter(state, ringFd, toSubmit, minComplete, flags);
      if (result >= 0 || result == -Errno.EBUSY || result == -Errno.EAGAIN) {
        return result;
      }
      if (result != -Errno.EINTR) {
        throw new LinuxException(
            "io_uring_enter",
            "toSubmit=" + toSubmit + ", minComplete=" + minComplete + ", flags=" + flags,
            -result);
      }
    }
  }

  @Override
  public int drain(CompletionHandler handler, int limit) {
    int drained = completions.drain(handler, limit);
    inFlight -= drained;
    return drained;
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  /** The ring's descriptor. */
  int ringFd() {
    return ringFd;
  }

  /** Whether the kernel keeps completions that did not fit into the queue. */
  boolean hasOverflow() {
    return submissions.hasOverflow();
  }

  /**
   * Closes the ring; the second time does nothing. The kernel cancels what is pending, but not
   * before this returns: memory that a pending operation may write to must stay mapped. Cancel and
   * drain first.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    arena.close();
    closed = true;
    Descriptors.close(ringFd);
  }
}
