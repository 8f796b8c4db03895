package io.sluice.perf.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * Closed-loop load: so many connections, each asking for the next blob as soon as it has the one
 * before. One blocking platform thread for each connection, since a thread that sleeps in recv(2)
 * costs the server's cores less than an event loop in Java would.
 */
public final class LoadGenerator {
  private static final int SIGNIFICANT_DIGITS = 3;

  private final InetSocketAddress server;
  private final int connections;
  private final BodyMode mode;
  private final AtomicLong bodyBytes = new AtomicLong();

  /**
   * A load to be run once.
   *
   * @param server an IPv4 address
   * @param connections how many at once
   * @param mode what to do with the bodies
   */
  public LoadGenerator(InetSocketAddress server, int connections, BodyMode mode) {
    this.server = server;
    this.connections = connections;
    this.mode = mode;
  }

  /**
   * Bytes of complete bodies so far. Any thread may ask while the load runs.
   *
   * @return bytes
   */
  public long bodyBytes() {
    return bodyBytes.get();
  }

  /**
   * Opens all connections, then lets them begin together and waits for the last.
   *
   * @param requests what to ask for
   * @return what came of it
   * @throws InterruptedException when this thread is interrupted
   */
  public LoadResult run(RequestSource requests) throws InterruptedException {
    return runEach(connection -> requests);
  }

  /**
   * The same with an own source for each connection.
   *
   * @param sources the source of a connection, by its number from 0
   * @return what came of it
   * @throws InterruptedException when this thread is interrupted
   */
  public LoadResult runEach(IntFunction<RequestSource> sources) throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(connections);
    CountDownLatch begin = new CountDownLatch(1);
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Worker worker = new Worker(sources.apply(i), ready, begin);
      worker.setName("connection-" + i);
      worker.setDaemon(true);
      worker.start();
      workers.add(worker);
    }
    ready.await();
    long startNs = System.nanoTime();
    begin.countDown();
    long endNs = startNs;
    long clientCpuNs = 0;
    Histogram firstByte = new Histogram(SIGNIFICANT_DIGITS);
    Histogram lastByte = new Histogram(SIGNIFICANT_DIGITS);
    List<String> failures = new ArrayList<>();
    for (Worker worker : workers) {
      worker.join();
      firstByte.add(worker.timeToFirstByteNs);
      lastByte.add(worker.timeToLastByteNs);
      endNs = Math.max(endNs, worker.endNs);
      clientCpuNs += worker.cpuNs;
      if (worker.failure != null) {
        failures.add(worker.failure);
      }
    }
    return new LoadResult(
        bodyBytes.get(), endNs - startNs, clientCpuNs, firstByte, lastByte, failures);
  }

  private final class Worker extends Thread {
    private final RequestSource requests;
    private final CountDownLatch ready;
    private final CountDownLatch begin;
    private final Histogram timeToFirstByteNs = new Histogram(SIGNIFICANT_DIGITS);
    private final Histogram timeToLastByteNs = new Histogram(SIGNIFICANT_DIGITS);
    private String failure;
    private long cpuNs;
    private long endNs = Long.MIN_VALUE;

    Worker(RequestSource requests, CountDownLatch ready, CountDownLatch begin) {
      this.requests = requests;
      this.ready = ready;
      this.begin = begin;
    }

    @Override
    public void run() {
      try (BlobConnection connection = new BlobConnection(server, mode)) {
        ready.countDown();
        begin.await();
        fetchAll(connection);
      } catch (IOException | InterruptedException | RuntimeException e) {
        failure = getName() + ": " + e.getMessage();
      } finally {
        cpuNs = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        ready.countDown();
      }
    }

    private void fetchAll(BlobConnection connection) throws IOException {
      for (BlobRequest request = requests.next(); request != null; request = requests.next()) {
        BlobConnection.Timing timing = connection.fetch(request);
        timeToFirstByteNs.recordValue(timing.timeToFirstByteNs());
        timeToLastByteNs.recordValue(timing.timeToLastByteNs());
        bodyBytes.addAndGet(Math.max(0, request.lengthBytes()));
        endNs = System.nanoTime();
      }
    }
  }
}
