package io.sluice.routing.libp2p.tcp;

import io.sluice.routing.host.Scheduler;
import io.sluice.routing.libp2p.HostLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Does on threads of its own what may block: resolving names. They are gone when idle. */
public final class Resolver implements AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final Scheduler scheduler;
  private final ThreadPoolExecutor threads;

  /** A resolver that answers on a scheduler's thread. */
  public Resolver(Scheduler scheduler) {
    this.scheduler = scheduler;
    threads =
        new ThreadPoolExecutor(
            HostLimits.RESOLVER_THREADS,
            HostLimits.RESOLVER_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(HostLimits.RESOLUTIONS_WAITING),
            task -> {
              Thread thread = new Thread(task, "sluice-resolver");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Resolves a name.
   *
   * @param answer is given the addresses; none when there are none, or too many names wait
   */
  public void resolve(String name, Consumer<List<InetAddress>> answer) {
    run(() -> addresses(name), List.of(), answer);
  }

  /**
   * Computes something elsewhere.
   *
   * @param otherwise what is answered when too much waits
   */
  public <T> void run(Supplier<T> work, T otherwise, Consumer<T> answer) {
    try {
      threads.execute(
          () -> {
            T result = work.get();
            scheduler.execute(() -> answer.accept(result));
          });
    } catch (RejectedExecutionException e) {
      scheduler.execute(() -> answer.accept(otherwise));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static List<InetAddress> addresses(String name) {
    try {
      return List.of(InetAddress.getAllByName(name));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }
}
