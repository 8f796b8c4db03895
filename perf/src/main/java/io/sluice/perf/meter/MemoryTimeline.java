package io.sluice.perf.meter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Memory of one control group over time, sampled by a thread of its own until it is closed.
 *
 * <p>Samples can miss a peak between them; the total's peak is therefore also in each sample, as
 * the kernel has recorded it.
 */
public final class MemoryTimeline implements AutoCloseable {
  private final CgroupMeter cgroup;
  private final SocketMemoryMeter sockets;
  private final long intervalMs;
  private final long startNs = System.nanoTime();
  private final List<Point> points = new ArrayList<>();
  private final Thread sampler = new Thread(this::sample, "memory-timeline");
  private volatile boolean closed;
  private IOException failure;

  /**
   * One sample.
   *
   * @param atNs since the timeline began
   * @param charge of the group
   * @param tcpBytes in socket buffers of the whole system
   */
  public record Point(long atNs, MemoryCharge charge, long tcpBytes) {}

  /**
   * Takes the first sample and starts.
   *
   * @param cgroup the group
   * @param sockets the system's socket buffers
   * @param intervalMs the time between samples
   * @throws IOException when the group cannot be read
   */
  public MemoryTimeline(CgroupMeter cgroup, SocketMemoryMeter sockets, long intervalMs)
      throws IOException {
    this.cgroup = cgroup;
    this.sockets = sockets;
    this.intervalMs = intervalMs;
    points.add(point());
    sampler.setDaemon(true);
    sampler.start();
  }

  private Point point() throws IOException {
    return new Point(System.nanoTime() - startNs, cgroup.read(), sockets.tcpBytes());
  }

  private void sample() {
    try {
      while (!closed) {
        Thread.sleep(intervalMs);
        points.add(point());
      }
    } catch (InterruptedException done) {
      return;
    } catch (IOException e) {
      failure = e;
    }
  }

  /**
   * Takes the last sample and stops.
   *
   * @return all samples, the first one taken before the timeline's thread began
   * @throws IOException when the group could not be read at some time
   * @throws InterruptedException when this thread is interrupted
   */
  public List<Point> finish() throws IOException, InterruptedException {
    close();
    sampler.join();
    if (failure != null) {
      throw failure;
    }
    points.add(point());
    return List.copyOf(points);
  }

  /** Stops; for when the samples are not wanted any more. */
  @Override
  public void close() {
    closed = true;
    sampler.interrupt();
  }

  /**
   * How far a figure rose above where it was in the first sample.
   *
   * @param points samples
   * @param figure the figure
   * @return bytes, 0 when it only fell
   */
  public static long growthBytes(List<Point> points, ToLongFunction<Point> figure) {
    return peakBytes(points, figure) - figure.applyAsLong(points.get(0));
  }

  /**
   * The greatest value of a figure.
   *
   * @param points samples, at least one
   * @param figure the figure
   * @return bytes
   */
  public static long peakBytes(List<Point> points, ToLongFunction<Point> figure) {
    return points.stream().mapToLong(figure).max().orElseThrow();
  }
}
