package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.AT_FDCWD;
import static io.sluice.ring.simulation.KernelConstants.MSG_DONTWAIT;
import static io.sluice.ring.simulation.KernelConstants.MSG_MORE;
import static io.sluice.ring.simulation.KernelConstants.MSG_NOSIGNAL;
import static io.sluice.ring.simulation.KernelConstants.PATH_MAX;
import static io.sluice.ring.simulation.KernelConstants.STATX_BYTES;
import static io.sluice.ring.simulation.KernelConstants.TIMESPEC_BYTES;

import io.sluice.ring.CompletionHandler;
import io.sluice.ring.Ring;
import io.sluice.ring.simulation.PendingOperation.Kind;
import io.sluice.ring.simulation.PendingOperation.State;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A ring into a {@link SimulatedKernel}, which keeps every promise of {@link Ring} in the least
 * convenient way and checks every promise of its user.
 *
 * <p>An {@link AssertionError} that names the seed is thrown when the user works on a descriptor
 * that is not open, closes one twice, touches memory that the kernel owns, gives the kernel memory
 * twice for writing, drains from within a handler, calls from two threads, closes the ring with
 * operations in flight, or waits for what can never happen.
 *
 * <p>Stricter than {@code close(2)}: a descriptor counts as closed from the call of {@link #close}
 * on, not from its execution.
 */
public final class SimulatedRing implements Ring {
  /** Submissions that fit the queue before it flushes itself. */
  private static final int SUBMISSIONS_MAX = 256;

  private static final int MESSAGE_FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_MORE;

  private final SimulatedKernel kernel;
  private final List<PendingOperation> prepared = new ArrayList<>();
  private final Set<PendingOperation> inFlight = new LinkedHashSet<>();
  private final List<PendingOperation> completions = new ArrayList<>();
  private Thread owner;
  private long submittedCount;
  private long drainedCount;
  private boolean draining;
  private boolean closed;

  SimulatedRing(SimulatedKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public void accept(int listenFd, long userData) {
    submit(prepare(Kind.ACCEPT, listenFd, userData));
  }

  @Override
  public void connect(int fd, long address, int length, long userData) {
    PendingOperation operation = prepare(Kind.CONNECT, fd, userData);
    source(operation, address, length);
    submit(operation);
  }

  @Override
  public void recv(int fd, long address, int length, int flags, long userData) {
    PendingOperation operation = prepare(Kind.RECV, fd, userData);
    operation.flags = messageFlags(operation, flags);
    target(operation, address, length);
    submit(operation);
  }

  @Override
  public void send(int fd, long address, int length, int flags, long userData) {
    PendingOperation operation = prepare(Kind.SEND, fd, userData);
    operation.flags = messageFlags(operation, flags);
    source(operation, address, length);
    submit(operation);
  }

  @Override
  public void sendAsync(int fd, long address, int length, int flags, long userData) {
    PendingOperation operation = prepare(Kind.SEND, fd, userData);
    operation.flags = messageFlags(operation, flags);
    operation.byWorker = true;
    source(operation, address, length);
    submit(operation);
  }

  @Override
  public void openAt(int directoryFd, long pathAddress, int flags, int mode, long userData) {
    PendingOperation operation = prepare(Kind.OPEN_AT, directoryFd, userData);
    operation.flags = flags;
    path(operation, pathAddress);
    submit(operation);
  }

  @Override
  public void statx(
      int directoryFd, long pathAddress, int flags, int mask, long statxAddress, long userData) {
    PendingOperation operation = prepare(Kind.STATX, directoryFd, userData);
    operation.flags = flags;
    operation.mask = mask;
    operation.statxAddress = statxAddress;
    path(operation, pathAddress);
    kernel.ownership().claimTarget(operation, statxAddress, STATX_BYTES);
    submit(operation);
  }

  @Override
  public void close(int fd, long userData) {
    PendingOperation operation = prepare(Kind.CLOSE, fd, userData);
    kernel.descriptors().beginClose(fd, operation);
    submit(operation);
  }

  @Override
  public void read(int fd, long address, int length, long fileOffset, int flags, long userData) {
    PendingOperation operation = prepare(Kind.READ, fd, userData);
    operation.fileOffset = fileOffset;
    operation.flags = flags;
    target(operation, address, length);
    submit(operation);
  }

  @Override
  public void write(int fd, long address, int length, long userData) {
    PendingOperation operation = prepare(Kind.WRITE, fd, userData);
    source(operation, address, length);
    submit(operation);
  }

  @Override
  public void fadvise(int fd, long fileOffset, int length, int advice, long userData) {
    PendingOperation operation = prepare(Kind.FADVISE, fd, userData);
    operation.fileOffset = fileOffset;
    operation.flags = advice;
    submit(operation);
  }

  @Override
  public void pollAdd(int fd, int pollMask, long userData) {
    PendingOperation operation = prepare(Kind.POLL, fd, userData);
    operation.flags = pollMask;
    submit(operation);
  }

  @Override
  public void timeout(long timespecAddress, long userData) {
    PendingOperation operation = prepare(Kind.TIMEOUT, -1, userData);
    source(operation, timespecAddress, TIMESPEC_BYTES);
    submit(operation);
  }

  @Override
  public void cancel(long targetUserData, long userData) {
    PendingOperation operation = prepare(Kind.CANCEL, -1, userData);
    operation.targetUserData = targetUserData;
    submit(operation);
  }

  @Override
  public int submitAndWait(int minComplete) {
    enter();
    if (draining) {
      throw kernel.violation("submitAndWait was called from within a completion handler");
    }
    flush();
    kernel.pass(SimulatedKernel.SYSTEM_CALL_NS);
    while (completions.size() < minComplete && !kernel.interrupts(this)) {
      if (!kernel.runNextEvent()) {
        throw kernel.violation(
            "waiting for "
                + minComplete
                + " completions, but nothing can ever happen any more\n"
                + kernel.pendingOperations());
      }
    }
    if (kernel.dice().roll(Fault.LATE_WAKE_UP)) {
      kernel.pass(kernel.dice().below(SimulatedKernel.LATE_WAKE_UP_NS_MAX));
    }
    return completions.size();
  }

  @Override
  public int drain(CompletionHandler handler, int limit) {
    enter();
    if (draining) {
      throw kernel.violation("drain was called from within a completion handler");
    }
    draining = true;
    int count = 0;
    try {
      int available = Math.min(limit, completions.size());
      for (; count < available; count++) {
        PendingOperation operation = completions.removeFirst();
        operation.state = State.DRAINED;
        drainedCount++;
        kernel.ownership().release(operation);
        kernel.record("drain", operation, operation.result);
        handler.onCompletion(operation.userData, operation.result, 0);
      }
    } finally {
      draining = false;
    }
    return count;
  }

  /** Closes the ring; every submission must have been completed and drained before. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    enter();
    closed = true;
    if (submittedCount != drainedCount) {
      throw kernel.violation("the ring was closed with operations in flight\n" + pending());
    }
  }

  @Override
  public int inFlight() {
    return (int) (submittedCount - drainedCount);
  }

  /** Completions that {@link #drain} would deliver now. */
  public int completionCount() {
    return completions.size();
  }

  // For the kernel.

  /** Whether its user would be running now if it had a thread of its own. */
  boolean wantsTurn() {
    return !completions.isEmpty() || !prepared.isEmpty();
  }

  /** Makes the completion of {@code operation} visible. */
  void post(PendingOperation operation) {
    operation.event = null;
    if (operation.state != State.EXECUTED || !inFlight.remove(operation)) {
      throw kernel.violation(operation + " completed twice");
    }
    operation.state = State.POSTED;
    int position = completions.size();
    if (position > 0 && kernel.dice().roll(Fault.REORDER)) {
      position = kernel.dice().below(position + 1);
    }
    completions.add(position, operation);
    kernel.record("complete", operation, operation.result);
    if (operation.description != null) {
      operation.description.release();
    }
  }

  /** The oldest operation in flight that {@code request} asks to cancel; null for none. */
  PendingOperation findCancellable(PendingOperation request) {
    for (PendingOperation operation : inFlight) {
      if (operation.userData == request.targetUserData && operation.kind != Kind.CANCEL) {
        return operation;
      }
    }
    return null;
  }

  /** All that is not drained, one line each. */
  String pending() {
    StringBuilder lines = new StringBuilder();
    append(lines, prepared);
    append(lines, inFlight);
    append(lines, completions);
    return lines.toString();
  }

  private static void append(StringBuilder lines, Iterable<PendingOperation> operations) {
    for (PendingOperation operation : operations) {
      lines.append("  ").append(operation.state).append(' ').append(operation).append('\n');
    }
  }

  // Submission.

  private void enter() {
    kernel.refuseAfterFailure();
    if (owner == null) {
      owner = Thread.currentThread();
    }
    if (owner != Thread.currentThread()) {
      throw kernel.violation("the ring of " + owner + " was called by " + Thread.currentThread());
    }
    if (closed) {
      throw kernel.violation("the ring was called after it was closed");
    }
  }

  private PendingOperation prepare(Kind kind, int fd, long userData) {
    enter();
    PendingOperation operation =
        new PendingOperation(kernel.nextOperationId(), kind, this, fd, userData);
    boolean pathBased = kind == Kind.OPEN_AT || kind == Kind.STATX;
    if (pathBased && fd == AT_FDCWD) {
      operation.description = kernel.workingDirectory();
    } else if (kind != Kind.TIMEOUT && kind != Kind.CANCEL && kind != Kind.CLOSE) {
      operation.description = kernel.descriptors().get(fd, operation);
    }
    return operation;
  }

  private void submit(PendingOperation operation) {
    if (operation.description != null) {
      operation.description.retain();
    }
    submittedCount++;
    prepared.add(operation);
    kernel.record("submit", operation, 0);
    if (prepared.size() == SUBMISSIONS_MAX) {
      flush();
    }
  }

  private void flush() {
    List<PendingOperation> submitted = List.copyOf(prepared);
    prepared.clear();
    for (PendingOperation operation : submitted) {
      inFlight.add(operation);
      kernel.scheduler().issue(operation);
    }
  }

  private void source(PendingOperation operation, long address, int length) {
    operation.address = address;
    operation.length = length;
    kernel.ownership().claimSource(operation, address, length);
  }

  private void target(PendingOperation operation, long address, int length) {
    operation.address = address;
    operation.length = length;
    kernel.ownership().claimTarget(operation, address, length);
  }

  private void path(PendingOperation operation, long address) {
    MemorySegment path = MemorySegment.ofAddress(address).reinterpret(PATH_MAX + 1);
    int length = 0;
    while (path.get(ValueLayout.JAVA_BYTE, length) != 0) {
      if (++length > PATH_MAX) {
        throw kernel.violation(operation + ": the path does not end within PATH_MAX bytes");
      }
    }
    operation.address = address;
    operation.length = length;
    kernel.ownership().claimSource(operation, address, length + 1L);
  }

  private int messageFlags(PendingOperation operation, int flags) {
    if ((flags & ~MESSAGE_FLAGS) != 0) {
      throw kernel.violation(
          operation
              + " has flags 0x"
              + Integer.toHexString(flags)
              + "; simulated are MSG_DONTWAIT, MSG_NOSIGNAL and MSG_MORE");
    }
    return flags;
  }
}
