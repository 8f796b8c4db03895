package io.sluice.perf.load;

import io.sluice.linux.CallState;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * Load from one thread over many connections.
 *
 * <p>{@linkplain #open Open-loop}: requests are sent when they are due, however long the answers
 * before them take, and every latency is counted from the moment at which its request was due. So
 * what a stalled server keeps from being asked counts against the server (it is what a closed loop
 * omits). A request that is due while no connection is free waits for one, and that counts as well.
 *
 * <p>{@linkplain #closed Closed-loop}: each connection asks again as soon as it has its answer.
 *
 * <p>Bodies are discarded uncopied; status and length of each answer are checked. One thread uses
 * and closes it.
 */
public final class EventLoad implements AutoCloseable {
  // System call numbers of the only processor that the bindings are for, x86-64.
  private static final int NR_GETPRIORITY = 140;
  private static final int NR_SETPRIORITY = 141;

  /** The kernel returns 20 less the niceness, so that it is never negative. */
  private static final int PRIORITY_BASE = 20;

  /** A generator that waits for a CPU like everybody else asks late. */
  private static final int NICENESS = -15;

  /** A server that answers nothing for this long has failed. */
  private static final long PATIENCE_NS = BlobConnection.RECEIVE_TIMEOUT_NS;

  private final Arena arena = Arena.ofConfined();
  private final CallState state = new CallState(arena);
  private final long nicenessBefore;
  private final MemorySegment scratch = arena.allocate(EventConnection.HEAD_BYTES);
  private final Poller poller = new Poller();
  private final List<EventConnection> connections = new ArrayList<>();

  /** The connection that was free last is used first: no more are used than are needed. */
  private final Deque<EventConnection> free = new ArrayDeque<>();

  /** Told of each answer. */
  @FunctionalInterface
  public interface Answers {
    /**
     * An answer is complete, and what was asked for.
     *
     * @param index the request's number
     * @param firstByteNs from when it was due to its first byte
     * @param lastByteNs from when it was due to its last byte
     */
    void answered(int index, long firstByteNs, long lastByteNs);
  }

  /**
   * Opens the connections, and lets this thread have a CPU before others, if this user may.
   *
   * @param server an IPv4 address
   * @param connectionsMax how many requests can be under way at once
   * @throws LinuxException when one cannot be connected
   */
  public EventLoad(InetSocketAddress server, int connectionsMax) {
    nicenessBefore = PRIORITY_BASE - Linux.syscall(state, NR_GETPRIORITY, 0, 0, 0, 0, 0, 0);
    Linux.syscall(state, NR_SETPRIORITY, 0, 0, NICENESS, 0, 0, 0);
    try {
      for (int i = 0; i < connectionsMax; i++) {
        EventConnection connection = new EventConnection(server);
        connections.add(connection);
        poller.add(connection.fd(), i);
      }
    } catch (LinuxException e) {
      close();
      throw e;
    }
  }

  /** What a load does, and what came of it so far. */
  private final class Run {
    private final IntFunction<BlobRequest> requests;
    private final Answers answers;
    private final Histogram firstByteNs = new Histogram(3);
    private final Histogram lastByteNs = new Histogram(3);
    private final Histogram lagNs = new Histogram(3);
    private final long startNs = System.nanoTime();
    private final long startCpuNs = cpuNs();
    private long bodyBytes;
    private long lastAnswerNs = startNs;
    private long noneFreeUntilNs = startNs;
    private int sent;
    private int answered;
    private int waited;
    private int inUseMax;

    Run(IntFunction<BlobRequest> requests, Answers answers) {
      this.requests = requests;
      this.answers = answers;
      free.clear();
      connections.forEach(free::push);
    }

    /** Sends the next request on a free connection. */
    void send(long dueNs) {
      EventConnection connection = free.pop();
      long nowNs = System.nanoTime();
      if (dueNs < noneFreeUntilNs) {
        waited++;
      }
      lagNs.recordValue(Math.max(0, nowNs - Math.max(dueNs, noneFreeUntilNs)));
      connection.index = sent++;
      connection.dueNs = dueNs;
      BlobRequest request = requests.apply(connection.index);
      bodyBytes += Math.max(0, request.lengthBytes());
      connection.send(request, scratch);
      inUseMax = Math.max(inUseMax, connections.size() - free.size());
    }

    /** Takes what has come, after waiting for it. */
    void receive(long timeoutNs) throws IOException {
      int ready = poller.await(timeoutNs);
      for (int i = 0; i < ready; i++) {
        int id = poller.id(i);
        EventConnection connection = connections.get(id);
        if (connection.receive(scratch)) {
          done(connection, id);
        }
      }
      if (sent > answered && System.nanoTime() - lastAnswerNs > PATIENCE_NS) {
        throw new IOException(
            sent - answered + " requests have not been answered for " + PATIENCE_NS / 1e9 + " s");
      }
    }

    private void done(EventConnection connection, int id) {
      long nowNs = System.nanoTime();
      long first = connection.firstByteNs() - connection.dueNs;
      firstByteNs.recordValue(first);
      lastByteNs.recordValue(nowNs - connection.dueNs);
      answers.answered(connection.index, first, nowNs - connection.dueNs);
      answered++;
      lastAnswerNs = nowNs;
      if (connection.reconnects()) {
        poller.add(connection.fd(), id);
      }
      if (free.isEmpty()) {
        noneFreeUntilNs = nowNs;
      }
      free.push(connection);
    }

    EventResult result() {
      return new EventResult(
          new LoadResult(
              bodyBytes,
              lastAnswerNs - startNs,
              cpuNs() - startCpuNs,
              firstByteNs,
              lastByteNs,
              List.of()),
          answered,
          lagNs,
          waited,
          inUseMax);
    }
  }

  /**
   * Asks when it is time to, and returns when the last answer has come.
   *
   * @param arrivals when
   * @param requests what, by the request's number
   * @param answers told of each answer
   * @return what came of it
   * @throws IOException when an answer is not what was asked for, or does not come; nothing of such
   *     a load counts
   */
  public EventResult open(Arrivals arrivals, IntFunction<BlobRequest> requests, Answers answers)
      throws IOException {
    Run run = new Run(requests, answers);
    while (run.answered < arrivals.count()) {
      long waitNs = PATIENCE_NS;
      while (run.sent < arrivals.count() && !free.isEmpty()) {
        long dueNs = run.startNs + arrivals.dueNs(run.sent);
        waitNs = dueNs - System.nanoTime();
        if (waitNs > 0) {
          break;
        }
        run.send(dueNs);
        waitNs = PATIENCE_NS;
      }
      run.receive(waitNs);
    }
    return run.result();
  }

  /**
   * Keeps a number of connections busy.
   *
   * @param inUse how many connections
   * @param durationNs for how long; answers that are under way at the end are waited for
   * @param requests what is asked for, by the request's number
   * @return what came of it, each latency counted from the sending of its request
   * @throws IOException as {@link #open}
   */
  public EventResult closed(int inUse, long durationNs, IntFunction<BlobRequest> requests)
      throws IOException {
    Run run = new Run(requests, (index, firstByteNs, lastByteNs) -> {});
    long endNs = run.startNs + durationNs;
    while (true) {
      long nowNs = System.nanoTime();
      while (nowNs < endNs && run.sent - run.answered < inUse) {
        run.send(System.nanoTime());
      }
      if (run.sent == run.answered) {
        return run.result();
      }
      run.receive(PATIENCE_NS);
    }
  }

  private static long cpuNs() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Closes all connections, and gives the thread its priority back. */
  @Override
  public void close() {
    Linux.syscall(state, NR_SETPRIORITY, 0, 0, nicenessBefore, 0, 0, 0);
    connections.forEach(EventConnection::close);
    connections.clear();
    poller.close();
    arena.close();
  }
}
