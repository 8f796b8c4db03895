package io.sluice.perf.load;

import io.sluice.linux.LinuxException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What a node goes through in a day, in a minute, over and over until it is closed: everything at
 * once for most of it, and then nothing. What is asked for, and when, is drawn by lot from a seed.
 *
 * <p>Threads of its own; any thread may call.
 */
public final class MixedLoad implements AutoCloseable {
  /** What it does, for readers of a report. */
  public static final String DESCRIPTION =
      "of every minute 45 s are busy, over new connections, and 15 s are idle: 3 connections pull"
          + " parts of cold layers and 2 of hot ones with pauses, 1 asks for a manifest every 10"
          + " ms, a client leaves in the middle of a layer every few seconds, and one is slow;"
          + " times to the first byte are those of manifests";

  private static final int COLD_CONNECTIONS = 3;
  private static final int HOT_CONNECTIONS = 2;
  private static final long MINUTE_NS = 60_000_000_000L;
  private static final long BUSY_NS = 45_000_000_000L;
  private static final long PART_BYTES_MIN = 4L << 20;
  private static final long PART_BYTES_MAX = 64L << 20;
  private static final int PAUSE_MS_MAX = 200;
  private static final int SMALL_PAUSE_MS = 10;
  private static final int ABORT_PAUSE_MS_MAX = 4_000;
  private static final int ABORT_AFTER_MS_MAX = 300;
  private static final long ABORTED_BYTES_PER_SECOND = 200_000_000;
  private static final int SLOW_MS = 20_000;
  private static final long SLOW_BYTES_PER_SECOND = 1_000_000;
  private static final int SIGNIFICANT_DIGITS = 3;

  private final InetSocketAddress server;
  private final long startNs = System.nanoTime();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Recorder firstBytesNs = new Recorder(SIGNIFICANT_DIGITS);
  private final AtomicLong bodyBytes = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private volatile String failure;

  /** What one client does in a busy time. */
  @FunctionalInterface
  private interface Client {
    void run(SplittableRandom random) throws IOException, InterruptedException;
  }

  /**
   * Begins.
   *
   * @param server an IPv4 address
   * @param cold layers that are not in the page cache
   * @param hot layers that are
   * @param small something small
   * @param seed of what is drawn by lot
   */
  public MixedLoad(
      InetSocketAddress server,
      List<BlobRequest> cold,
      List<BlobRequest> hot,
      BlobRequest small,
      long seed) {
    this.server = server;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < COLD_CONNECTIONS; i++) {
      start("soak-cold-" + i, random.split(), r -> pull(cold, r));
    }
    for (int i = 0; i < HOT_CONNECTIONS; i++) {
      start("soak-hot-" + i, random.split(), r -> pull(hot, r));
    }
    start("soak-small", random.split(), r -> ask(small));
    start("soak-aborted", random.split(), r -> leave(cold, r));
    start("soak-slow", random.split(), r -> dawdle(hot, r));
  }

  private void start(String name, SplittableRandom random, Client client) {
    Thread thread = new Thread(() -> repeat(client, random), name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void repeat(Client client, SplittableRandom random) {
    try {
      while (!pause(0)) {
        client.run(random);
        long atNs = (System.nanoTime() - startNs) % MINUTE_NS;
        pause(atNs < BUSY_NS ? 1 : TimeUnit.NANOSECONDS.toMillis(MINUTE_NS - atNs) + 1);
      }
    } catch (IOException | LinuxException e) {
      failure = Thread.currentThread().getName() + ": " + e.getMessage();
    } catch (InterruptedException nobodyDoesThat) {
      failure = Thread.currentThread().getName() + " was interrupted";
    }
  }

  /** Waits; returns whether this is over. */
  private boolean pause(long ms) throws InterruptedException {
    return closed.await(ms, TimeUnit.MILLISECONDS);
  }

  private boolean busy() {
    return closed.getCount() > 0 && (System.nanoTime() - startNs) % MINUTE_NS < BUSY_NS;
  }

  private static BlobRequest any(List<BlobRequest> layers, SplittableRandom random) {
    return layers.get(random.nextInt(layers.size()));
  }

  private void pull(List<BlobRequest> layers, SplittableRandom random)
      throws IOException, InterruptedException {
    try (BlobConnection connection = new BlobConnection(server, BodyMode.DISCARD)) {
      while (busy()) {
        BlobRequest layer = any(layers, random);
        long bytes = Math.min(layer.lengthBytes(), random.nextLong(PART_BYTES_MIN, PART_BYTES_MAX));
        long offset = random.nextLong(layer.lengthBytes() - bytes + 1);
        connection.fetch(BlobRequest.range(layer.path(), offset, bytes));
        bodyBytes.addAndGet(bytes);
        pause(random.nextInt(PAUSE_MS_MAX));
      }
    }
  }

  private void ask(BlobRequest small) throws IOException, InterruptedException {
    try (BlobConnection connection = new BlobConnection(server, BodyMode.VERIFY)) {
      while (busy()) {
        firstBytesNs.recordValue(connection.fetch(small).timeToFirstByteNs());
        bodyBytes.addAndGet(small.lengthBytes());
        pause(SMALL_PAUSE_MS);
      }
    }
  }

  private void leave(List<BlobRequest> layers, SplittableRandom random)
      throws IOException, InterruptedException {
    pause(random.nextInt(ABORT_PAUSE_MS_MAX));
    if (busy()) {
      take(any(layers, random), ABORTED_BYTES_PER_SECOND, random.nextInt(ABORT_AFTER_MS_MAX));
    }
  }

  private void dawdle(List<BlobRequest> layers, SplittableRandom random)
      throws IOException, InterruptedException {
    if (busy()) {
      take(any(layers, random), SLOW_BYTES_PER_SECOND, SLOW_MS);
    }
  }

  private void take(BlobRequest layer, long bytesPerSecond, int forMs)
      throws IOException, InterruptedException {
    try (SlowClient client = new SlowClient(server, layer, bytesPerSecond)) {
      client.begin();
      pause(forMs);
      bodyBytes.addAndGet(client.receivedBytes());
      if (client.failure().isPresent()) {
        throw new IOException(client.failure().get());
      }
    }
  }

  /**
   * The times to the first byte since the last call.
   *
   * @return nanoseconds
   */
  public Histogram takeFirstBytesNs() {
    return firstBytesNs.getIntervalHistogram();
  }

  /**
   * Bytes that clients got so far.
   *
   * @return bytes
   */
  public long bodyBytes() {
    return bodyBytes.get();
  }

  /**
   * Whether the server failed one of the clients.
   *
   * @return why; empty when it did not
   */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Ends, once every client has what it has just asked for. Calling it again does nothing. */
  @Override
  public void close() {
    closed.countDown();
    ThreadEnds.await(threads);
  }
}
