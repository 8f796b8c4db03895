package io.sluice.server.loop;

import io.sluice.linux.Descriptors;
import io.sluice.server.control.ControlChannel;
import io.sluice.server.log.Log;
import io.sluice.server.metrics.LoopMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.ControlledMessageHandler.Action;

/** The loops of a node and their threads. */
public final class LoopGroup {
  private static final Log LOG = Log.of("loop");
  private static final long POLL_MS = 10;

  private final List<EventLoop> loops = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<LoopMetrics> metrics = new ArrayList<>();
  private final List<ControlChannel> channels = new ArrayList<>();
  private final int[] wakeFds;
  private final Handoff[] handoffs;
  private volatile Throwable failure;

  /**
   * Creates the loops over mapped memory; the first one accepts.
   *
   * @param listenFd the listening socket
   */
  public LoopGroup(LoopContext context, LoopShare share, List<LoopMemory> memory, int listenFd) {
    int count = memory.size();
    wakeFds = new int[count];
    handoffs = new Handoff[count];
    for (int i = 0; i < count; i++) {
      int wakeFd = Descriptors.eventfd();
      wakeFds[i] = wakeFd;
      Runnable wake = () -> Descriptors.signal(wakeFd);
      LoopMemory of = memory.get(i);
      handoffs[i] = new Handoff(of.handoff.segment(), share.connections(), count, wake);
      channels.add(
          new ControlChannel(of.controlRequests.segment(), of.controlReplies.segment(), wake));
      metrics.add(new LoopMetrics(i));
    }
    for (int i = 0; i < count; i++) {
      loops.add(
          new EventLoop(
              i,
              context,
              share,
              memory.get(i),
              channels.get(i),
              handoffs,
              i == 0,
              listenFd,
              wakeFds[i],
              metrics.get(i)));
    }
  }

  /** The channels to the control plane, by loop. */
  public List<ControlChannel> channels() {
    return channels;
  }

  /** The metrics, by loop. */
  public List<LoopMetrics> metrics() {
    return metrics;
  }

  /** Starts all threads. */
  public void start() {
    for (EventLoop loop : loops) {
      Thread thread =
          Thread.ofPlatform().name("loop-" + loop.number()).daemon().unstarted(() -> run(loop));
      threads.add(thread);
      thread.start();
    }
  }

  /** Why a loop has died, or null as long as none has. */
  public Throwable failure() {
    return failure;
  }

  /** Whether any loop still runs. */
  public boolean running() {
    for (EventLoop loop : loops) {
      if (!loop.ended()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Ends all loops: gently, then after {@code graceNs} at once. Returns when they have ended.
   *
   * @return whether everything under way could be finished
   */
  public boolean stop(long graceNs) throws InterruptedException {
    loops.forEach(EventLoop::stop);
    wakeAll();
    boolean finished = await(graceNs);
    if (!finished) {
      loops.forEach(EventLoop::abort);
      wakeAll();
      await(TimeUnit.SECONDS.toNanos(5));
    }
    return finished;
  }

  /** Lets go of what the loops needed, when they have ended. */
  public void close() {
    if (!running()) {
      // What was given to a loop after it had been broken off.
      for (Handoff handoff : handoffs) {
        handoff.take(
            (type, buffer, index, length) -> {
              Descriptors.close(buffer.getInt(index));
              return Action.COMMIT;
            },
            Integer.MAX_VALUE);
      }
    }
    for (int fd : wakeFds) {
      Descriptors.close(fd);
    }
  }

  private void run(EventLoop loop) {
    try {
      loop.run();
    } catch (Throwable died) {
      failure = died;
      LOG.error("an event loop has died; the node ends", died, "loop", loop.number());
    }
  }

  private void wakeAll() {
    for (int fd : wakeFds) {
      Descriptors.signal(fd);
    }
  }

  private boolean await(long timeoutNs) throws InterruptedException {
    long deadlineNs = System.nanoTime() + timeoutNs;
    while (running() && failure == null) {
      if (System.nanoTime() - deadlineNs >= 0) {
        return false;
      }
      Thread.sleep(POLL_MS);
    }
    return true;
  }
}
