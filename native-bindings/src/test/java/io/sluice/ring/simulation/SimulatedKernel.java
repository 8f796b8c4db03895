package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EMFILE;
import static io.sluice.ring.simulation.KernelConstants.SHUT_RD;
import static io.sluice.ring.simulation.KernelConstants.SHUT_WR;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A whole machine for one thread: virtual clock, files, sockets, descriptors, and the rings that
 * lead to them. The seed and the sequence of calls decide everything.
 *
 * <p>Time passes while a ring waits in {@link SimulatedRing#submitAndWait} (and a little with each
 * such call), and in {@link #advance}. One thread can drive several loops in turn: a wait ends
 * early when another ring has completions or submissions to hand over, as if a signal had come.
 *
 * <p>The first {@link AssertionError} is kept: every later call on a ring and {@link
 * #assertQuiescent} throw it again, so that code that swallows errors cannot hide it.
 */
public final class SimulatedKernel {
  /** One way through the network. */
  static final long NETWORK_NS = 20_000;

  /** From readiness to the next attempt of an operation that waited. */
  static final long WAKE_UP_NS = 1_000;

  /** Virtual cost of one {@code submitAndWait}, so that polling makes time pass. */
  static final long SYSTEM_CALL_NS = 1_000;

  /** How late {@link Fault#LATE_WAKE_UP} can be. */
  static final long LATE_WAKE_UP_NS_MAX = 2_000_000;

  private static final int BACKLOG_DEFAULT = 4096;

  private final long seed;
  private final FaultPlan faults;
  private final Dice dice;
  private final VirtualClock clock = new VirtualClock();
  private final Trace trace = new Trace();
  private final OwnershipChecker ownership = new OwnershipChecker(this);
  private final DescriptorTable descriptors = new DescriptorTable(this);
  private final OperationScheduler scheduler = new OperationScheduler(this);
  private final SimulatedPipes pipes = new SimulatedPipes(this);
  private final SimulatedDirectory workingDirectory;
  private final List<SimulatedRing> rings = new ArrayList<>();
  private final Map<InetSocketAddress, SimulatedPeer> peers = new HashMap<>();
  private long operationCount;
  private long timeLimitNs = Long.MAX_VALUE;
  private BooleanSupplier interruption = () -> false;
  private Throwable failure;

  /** A kernel in which {@code seed} decides what {@code faults} leaves open. */
  public SimulatedKernel(long seed, FaultPlan faults) {
    this.seed = seed;
    this.faults = faults;
    this.dice = new Dice(seed, faults);
    this.workingDirectory = new SimulatedDirectory(this, new SimulatedFileSystem(this), "");
    this.workingDirectory.retain();
  }

  /** A new ring. */
  public SimulatedRing openRing() {
    SimulatedRing ring = new SimulatedRing(this);
    rings.add(ring);
    return ring;
  }

  /** A disk on which files can lie: {@link SimulatedFile#moveTo}. */
  public BatchingDevice newBatchingDevice(long bytesPerSecond) {
    return new BatchingDevice(clock, bytesPerSecond);
  }

  // Time.

  /** Virtual nanoseconds since the kernel was made. */
  public long nowNs() {
    return clock.nowNs();
  }

  /** Lets {@code action} happen at a virtual time; at once when that has passed. */
  public void at(long timeNs, Runnable action) {
    after(timeNs - nowNs(), action);
  }

  /** Lets {@code action} happen {@code delayNs} from now. */
  public void after(long delayNs, Runnable action) {
    clock.schedule(delayNs, action);
  }

  /** Lets {@code durationNs} of virtual time pass with all that happens in it. */
  public void advance(long durationNs) {
    refuseAfterFailure();
    pass(durationNs);
  }

  /** Passing {@code limitNs} is a violation: the end of tests that would go on for ever. */
  public void setTimeLimitNs(long limitNs) {
    timeLimitNs = limitNs;
  }

  /**
   * Ends a wait in {@link SimulatedRing#submitAndWait} early, as a signal would, as soon as {@code
   * condition} holds: so that a test sees the end of its script though the code under test would
   * wait on. The condition is asked after every event.
   */
  public void interruptWhen(BooleanSupplier condition) {
    interruption = condition;
  }

  // Files.

  /**
   * Mounts an empty file system and opens its root directory. It knows O_DIRECT with an alignment
   * of 512 bytes. Need not be closed.
   */
  public int openDirectory() {
    SimulatedFileSystem fileSystem = new SimulatedFileSystem(this);
    return descriptors.install(
        new SimulatedDirectory(this, fileSystem, ""), false, "openDirectory()");
  }

  /** Whether files below {@code directoryFd} can be opened with O_DIRECT ({@code -EINVAL}). */
  public void setDirectSupported(int directoryFd, boolean supported) {
    directory(directoryFd).fileSystem.setDirectSupported(supported);
  }

  /** Whether reads below {@code directoryFd} may carry flags ({@code -EOPNOTSUPP}). */
  public void setReadFlagsKnown(int directoryFd, boolean known) {
    directory(directoryFd).fileSystem.setKnowsReadFlags(known);
  }

  /** What O_DIRECT offsets, lengths and addresses must be multiples of, in bytes. */
  public void setDirectAlignment(int directoryFd, int bytes) {
    directory(directoryFd).fileSystem.setDirectAlignment(bytes);
  }

  /**
   * Gives {@code file} the name {@code path} below {@code directoryFd} ({@code AT_FDCWD}, -100, is
   * the root for absolute paths); directories on the way exist as long as a file is in them. A file
   * that had the name is replaced, as by {@code rename(2)}.
   */
  public void addFile(int directoryFd, String path, SimulatedFile file) {
    SimulatedDirectory directory = directory(directoryFd);
    directory.fileSystem.put(directory.absolute(relative(path)), file);
  }

  /** {@code unlink(2)}; whoever has the file open keeps it. Nothing when there is no such file. */
  public void removeFile(int directoryFd, String path) {
    SimulatedDirectory directory = directory(directoryFd);
    directory.fileSystem.remove(directory.absolute(relative(path)));
  }

  /** The file that has this name now; null when there is none. */
  public SimulatedFile file(int directoryFd, String path) {
    SimulatedDirectory directory = directory(directoryFd);
    return directory.fileSystem.get(directory.absolute(relative(path)));
  }

  // Sockets and other descriptors.

  /** A listening socket with a backlog of 4096. Need not be closed. */
  public int listen() {
    return listen(BACKLOG_DEFAULT);
  }

  /** A listening socket; when {@code backlog} connections wait, clients try again later. */
  public int listen(int backlog) {
    return descriptors.install(new SimulatedListener(this, backlog), false, "listen()");
  }

  /**
   * An unconnected TCP socket, as from {@code socket(2)}. Must be closed.
   *
   * @return the descriptor, or {@code -EMFILE}
   */
  public int socket() {
    return descriptors.isFull()
        ? -EMFILE
        : descriptors.install(new SimulatedSocket(this), true, "socket()");
  }

  /** A blocking {@code eventfd(2)} with counter 0. Need not be closed. */
  public int openEventFd() {
    return descriptors.install(new SimulatedEventFd(this), false, "openEventFd()");
  }

  /** Access to the page cache, as a program's thread has it. */
  public SimulatedPageCache pageCache() {
    return new SimulatedPageCache(this);
  }

  /** Pipes between sockets. */
  public SimulatedPipes pipes() {
    return pipes;
  }

  /** Adds 1 to an eventfd, as another thread would to wake a loop. */
  public void signal(int eventFd) {
    typed(eventFd, SimulatedEventFd.class).add(1);
  }

  /** {@code SO_SNDBUF}, in bytes that fit exactly; a listener's is inherited by what it accepts. */
  public void setSendBuffer(int fd, int bytes) {
    if (descriptors.get(fd, "setSendBuffer") instanceof SimulatedListener listener) {
      listener.setSendBufferBytes(bytes);
    } else {
      typed(fd, SimulatedSocket.class).setSendBufferBytes(bytes);
    }
  }

  /** {@code SO_RCVLOWAT}, which only counts for a receive that has to wait. */
  public void setReceiveLowWater(int fd, int bytes) {
    typed(fd, SimulatedSocket.class).setReceiveLowWater(bytes);
  }

  /** {@code SIOCOUTQ}: bytes sent that the far end has not read. */
  public int outstandingBytes(int fd) {
    return typed(fd, SimulatedSocket.class).outstandingBytes();
  }

  /** {@code SO_LINGER} with 0 seconds: the last close drops what is queued and sends an RST. */
  public void resetOnClose(int fd) {
    typed(fd, SimulatedSocket.class).resetOnClose();
  }

  /** {@code shutdown(2)} with {@code SHUT_RD} 0, {@code SHUT_WR} 1 or {@code SHUT_RDWR} 2. */
  public void shutdown(int fd, int how) {
    if (descriptors.get(fd, "shutdown") instanceof SimulatedListener listener) {
      listener.shutdown();
      return;
    }
    typed(fd, SimulatedSocket.class).shutdown(how != SHUT_WR, how != SHUT_RD);
  }

  /** {@code close(2)} without a ring. */
  public void close(int fd) {
    descriptors.beginClose(fd, "close");
    descriptors.finishClose(fd);
  }

  /** {@code RLIMIT_NOFILE}, as a number of open descriptors. */
  public void setDescriptorLimit(int limit) {
    descriptors.setLimit(limit);
  }

  // The rest of the world.

  /** A client that will connect to {@code listenFd} and show {@code reader} what it receives. */
  public SimulatedClient newClient(int listenFd, ClientReader reader) {
    return new SimulatedClient(this, typed(listenFd, SimulatedListener.class), reader);
  }

  /**
   * A server that listens at {@code address}; where there is none, connecting is refused.
   *
   * @param readers makes one reader for each connection
   */
  public SimulatedPeer addPeer(InetSocketAddress address, Supplier<ClientReader> readers) {
    SimulatedPeer peer = new SimulatedPeer(this, address, readers);
    peers.put(address, peer);
    return peer;
  }

  // Verdicts.

  /**
   * Everything the code under test opened is closed, every submission was completed and drained,
   * and nothing went wrong before.
   */
  public void assertQuiescent() {
    refuseAfterFailure();
    String leftovers = pendingOperations() + descriptors.leaks() + pipes.leaks();
    if (!leftovers.isEmpty()) {
      throw violation("the kernel is not quiescent\n" + leftovers);
    }
  }

  /** Equal for two runs exactly when the same things happened at the same virtual times. */
  public long traceHash() {
    return trace.hash();
  }

  /** The last operations, one line each, for messages. */
  public String recentTrace() {
    return trace.tail();
  }

  /** The seed given at construction. */
  public long seed() {
    return seed;
  }

  // For the package.

  /** Remembers and returns the error to throw. */
  AssertionError violation(String what) {
    AssertionError error =
        new AssertionError(
            "seed "
                + seed
                + ", t="
                + nowNs()
                + " ns: "
                + what
                + "\n"
                + faults
                + "\n"
                + trace.tail());
    if (failure == null) {
      failure = error;
    }
    return error;
  }

  void refuseAfterFailure() {
    if (failure != null) {
      throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
    }
  }

  /** Runs the next event; false when there is none. */
  boolean runNextEvent() {
    long nextNs = clock.nextTimeNs();
    if (nextNs > timeLimitNs && nextNs != Long.MAX_VALUE) {
      throw violation(
          "the time limit of " + timeLimitNs + " ns has passed\n" + pendingOperations());
    }
    try {
      return clock.runNext();
    } catch (RuntimeException | Error e) {
      if (failure == null) {
        failure = e;
      }
      throw e;
    }
  }

  void pass(long durationNs) {
    long endNs = nowNs() + durationNs;
    while (clock.nextTimeNs() <= endNs) {
      runNextEvent();
    }
    clock.runUntil(endNs);
  }

  /** Whether {@code waiting} must stop to wait though it has nothing to show. */
  boolean interrupts(SimulatedRing waiting) {
    if (interruption.getAsBoolean()) {
      return true;
    }
    for (SimulatedRing ring : rings) {
      if (ring != waiting && ring.wantsTurn()) {
        return true;
      }
    }
    return false;
  }

  String pendingOperations() {
    StringBuilder pending = new StringBuilder();
    rings.forEach(ring -> pending.append(ring.pending()));
    return pending.toString();
  }

  /** The descriptor for what {@code operation} opened, or {@code -EMFILE}. */
  int install(FileDescription description, PendingOperation operation) {
    return descriptors.isFull()
        ? -EMFILE
        : descriptors.install(description, true, operation.toString());
  }

  void record(String event, PendingOperation operation, int result) {
    trace.record(nowNs(), event, operation, result);
  }

  long nextOperationId() {
    return ++operationCount;
  }

  SimulatedPeer peer(InetSocketAddress address) {
    return peers.get(address);
  }

  Dice dice() {
    return dice;
  }

  VirtualClock clock() {
    return clock;
  }

  OwnershipChecker ownership() {
    return ownership;
  }

  DescriptorTable descriptors() {
    return descriptors;
  }

  OperationScheduler scheduler() {
    return scheduler;
  }

  SimulatedDirectory workingDirectory() {
    return workingDirectory;
  }

  private SimulatedDirectory directory(int fd) {
    return fd == KernelConstants.AT_FDCWD ? workingDirectory : typed(fd, SimulatedDirectory.class);
  }

  <T extends FileDescription> T typed(int fd, Class<T> type) {
    FileDescription description = descriptors.get(fd, type.getSimpleName() + " call");
    if (!type.isInstance(description)) {
      throw violation("descriptor " + fd + " is " + description.noun());
    }
    return type.cast(description);
  }

  private static String relative(String path) {
    return path.startsWith("/") ? path.substring(1) : path;
  }
}
