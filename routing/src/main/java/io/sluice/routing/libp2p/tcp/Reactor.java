package io.sluice.routing.libp2p.tcp;

import io.sluice.routing.host.Scheduler;
import io.sluice.routing.libp2p.HostLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;

/**
 * One thread that waits for all sockets, and runs tasks and timers between. An error in one of them
 * goes to the thread's handler of uncaught exceptions and ends nothing else.
 */
public final class Reactor implements Scheduler, AutoCloseable {
  private static final long NS_PER_MS = 1_000_000;

  /** Tasks that are run before sockets get their turn again. */
  private static final int TASKS_PER_TURN = 1024;

  private final Selector selector;
  private final Thread thread;
  private final TimerHeap timers = new TimerHeap();

  /** Where sockets are read into, one at a time. */
  private final ByteBuffer readBuffer = ByteBuffer.allocate(HostLimits.READ_CHUNK_BYTES);

  /** Guarded by itself, as is {@link #closing}. */
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  private boolean closing;

  private Reactor(String threadName) throws IOException {
    selector = Selector.open();
    thread = new Thread(this::run, threadName);
    thread.setDaemon(true);
  }

  /** Starts a reactor with a thread of this name. */
  public static Reactor start(String threadName) throws IOException {
    Reactor reactor = new Reactor(threadName);
    reactor.thread.start();
    return reactor;
  }

  @Override
  public long nowNs() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    boolean first;
    synchronized (tasks) {
      first = tasks.isEmpty();
      tasks.add(task);
    }
    if (first && Thread.currentThread() != thread) {
      selector.wakeup();
    }
  }

  @Override
  public Timer schedule(long delayNs, Runnable task) {
    return timers.add(nowNs() + Math.max(0, delayNs), task);
  }

  /**
   * Ends the thread after the tasks it has been given, and waits for that unless it is called on
   * it. What is registered is not closed.
   */
  @Override
  public void close() {
    synchronized (tasks) {
      closing = true;
    }
    selector.wakeup();
    boolean interrupted = false;
    while (Thread.currentThread() != thread && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  SelectionKey register(SelectableChannel channel, int operations, SelectHandler handler)
      throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, operations, handler);
  }

  ByteBuffer readBuffer() {
    return readBuffer;
  }

  private void run() {
    try (selector) {
      do {
        select();
        runTasks();
        runTimers();
      } while (!isClosed());
    } catch (IOException e) {
      throw new IllegalStateException("waiting for sockets failed", e);
    }
  }

  private boolean isClosed() {
    synchronized (tasks) {
      return closing && tasks.isEmpty();
    }
  }

  private void select() throws IOException {
    boolean busy;
    synchronized (tasks) {
      busy = closing || !tasks.isEmpty();
    }
    long nextNs = busy ? 0 : timers.untilNextNs(nowNs());
    if (nextNs == 0) {
      selector.selectNow(this::dispatch);
    } else if (nextNs < 0) {
      selector.select(this::dispatch);
    } else {
      // Rounded up: waking too early would be busy waiting.
      selector.select(this::dispatch, (nextNs + NS_PER_MS - 1) / NS_PER_MS);
    }
  }

  private void dispatch(SelectionKey key) {
    if (!key.isValid()) {
      // Closed in the same turn, for the sake of another.
      return;
    }
    SelectHandler handler = (SelectHandler) key.attachment();
    try {
      handler.onReady(key);
    } catch (RuntimeException e) {
      report(e);
      handler.onError(e);
    }
  }

  private void runTasks() {
    for (int i = 0; i < TASKS_PER_TURN; i++) {
      Runnable task;
      synchronized (tasks) {
        task = tasks.poll();
      }
      if (task == null) {
        return;
      }
      run(task);
    }
  }

  private void runTimers() {
    long nowNs = nowNs();
    for (Runnable task = timers.pollDue(nowNs); task != null; task = timers.pollDue(nowNs)) {
      run(task);
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      report(e);
    }
  }

  private void report(RuntimeException e) {
    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
  }
}
