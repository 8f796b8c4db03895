package io.sluice.perf.meter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Memory of one control group over time, sampled by a thread of its own until it is closed.
 *
 * <p>Samples can miss a peak between them; the total's peak is therefore also in each sample, as
 * the kernel has recorded it.
 */
public final class MemoryTimeline implements AutoCloseable {
  /** Between looks at processes, of which there are many files; samples between repeat them. */
  private static final long PROCESSES_INTERVAL_MS = 100;

  /** The kernel walks all page tables for it, so only so many looks ask for it. */
  private static final int LOOKS_PER_PROPORTIONAL = 5;

  private final CgroupMeter cgroup;
  private final SocketMemoryMeter sockets;
  private final Supplier<List<Long>> processes;
  private final ResidentSetMeter resident = new ResidentSetMeter();
  private final ContextSwitchMeter switches = new ContextSwitchMeter();
  private final long intervalMs;
  private final int samplesPerLook;
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
   * @param residentBytes of all processes of the group, shared pages once for each
   * @param proportionalBytes of all processes of the group, shared pages in parts; up to half a
   *     second old
   * @param switches of all threads since the timeline began to look, and before
   */
  public record Point(
      long atNs,
      MemoryCharge charge,
      long tcpBytes,
      long residentBytes,
      long proportionalBytes,
      ContextSwitches switches) {
    /**
     * A sample that leaves the processes out.
     *
     * @param atNs since the timeline began
     * @param charge of the group
     * @param tcpBytes in socket buffers of the whole system
     */
    public Point(long atNs, MemoryCharge charge, long tcpBytes) {
      this(atNs, charge, tcpBytes, 0, 0, ContextSwitches.NONE);
    }

    /**
     * The same sample of a timeline that began earlier.
     *
     * @param byNs how much earlier
     * @return the sample
     */
    public Point later(long byNs) {
      return new Point(atNs + byNs, charge, tcpBytes, residentBytes, proportionalBytes, switches);
    }
  }

  /**
   * Takes the first sample and starts.
   *
   * @param cgroup the group
   * @param sockets the system's socket buffers
   * @param processes the group's processes now
   * @param intervalMs the time between samples
   * @throws IOException when the group cannot be read
   */
  public MemoryTimeline(
      CgroupMeter cgroup,
      SocketMemoryMeter sockets,
      Supplier<List<Long>> processes,
      long intervalMs)
      throws IOException {
    this.cgroup = cgroup;
    this.sockets = sockets;
    this.processes = processes;
    this.intervalMs = intervalMs;
    this.samplesPerLook = (int) Math.max(1, PROCESSES_INTERVAL_MS / intervalMs);
    points.add(point(true, true));
    sampler.setDaemon(true);
    sampler.start();
  }

  private Point point(boolean look, boolean proportional) throws IOException {
    long atNs = System.nanoTime() - startNs;
    MemoryCharge charge = cgroup.read();
    long tcpBytes = sockets.tcpBytes();
    Point last = points.isEmpty() ? new Point(0, charge, 0) : points.get(points.size() - 1);
    if (!look) {
      return new Point(
          atNs, charge, tcpBytes, last.residentBytes, last.proportionalBytes, last.switches);
    }
    List<Long> ids = processes.get();
    return new Point(
        atNs,
        charge,
        tcpBytes,
        resident.residentBytes(ids),
        proportional ? resident.proportionalBytes(ids) : last.proportionalBytes,
        switches.read(ids));
  }

  private void sample() {
    try {
      while (!closed) {
        Thread.sleep(intervalMs);
        int number = points.size();
        points.add(
            point(
                number % samplesPerLook == 0,
                number % (samplesPerLook * LOOKS_PER_PROPORTIONAL) == 0));
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
    points.add(point(true, true));
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
