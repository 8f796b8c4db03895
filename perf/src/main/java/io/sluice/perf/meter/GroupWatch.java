package io.sluice.perf.meter;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Supplier;

/**
 * Watches a control group from its construction to {@link #finish()}. One thread makes and ends it;
 * memory is sampled by another.
 */
public final class GroupWatch implements AutoCloseable {
  private static final long SAMPLE_INTERVAL_MS = 100;

  private final Sources sources;
  private final MemoryTimeline memory;
  private final long cpuBeforeNs;
  private final long deviceBefore;
  private final long ownBeforeNs;
  private final MachineTime machineBefore;

  /** CPU time of several groups. */
  @FunctionalInterface
  public interface CpuTime {
    /**
     * The time so far.
     *
     * @return nanoseconds
     * @throws IOException when it cannot be read
     */
    long usedNs() throws IOException;
  }

  /**
   * Where the figures of a group come from.
   *
   * @param memory its memory
   * @param cpu its CPU time
   * @param device what it reads
   * @param processes its processes now
   * @param allGroups CPU time of all groups of this harness, this one included
   */
  public record Sources(
      CgroupMeter memory,
      CpuMeter cpu,
      DeviceMeter device,
      Supplier<List<Long>> processes,
      CpuTime allGroups) {}

  /**
   * Begins.
   *
   * @param sources the group
   * @throws IOException when the group cannot be read
   */
  public GroupWatch(Sources sources) throws IOException {
    this.sources = sources;
    memory =
        new MemoryTimeline(
            sources.memory(), new SocketMemoryMeter(), sources.processes(), SAMPLE_INTERVAL_MS);
    ownBeforeNs = ownNs();
    machineBefore = MachineTime.read(MachineTime.STAT);
    deviceBefore = sources.device().readBytes();
    cpuBeforeNs = sources.cpu().usedNs();
  }

  /**
   * Ends.
   *
   * @return what the group used since
   * @throws IOException when the group could not be read
   * @throws InterruptedException when this thread is interrupted
   */
  public Cost finish() throws IOException, InterruptedException {
    long cpuNs = sources.cpu().usedNs() - cpuBeforeNs;
    long deviceBytes = sources.device().readBytes() - deviceBefore;
    MachineTime machine = MachineTime.read(MachineTime.STAT);
    Disturbance disturbance = Disturbance.between(machineBefore, machine, ownNs() - ownBeforeNs);
    List<MemoryTimeline.Point> points = memory.finish();
    ContextSwitches switches =
        points.get(points.size() - 1).switches().minus(points.get(0).switches());
    return new Cost(cpuNs, deviceBytes, switches, disturbance, points);
  }

  private long ownNs() throws IOException {
    long harnessNs =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean bean
            ? bean.getProcessCpuTime()
            : 0;
    return sources.allGroups().usedNs() + harnessNs;
  }

  /** Stops; for when the figures are not wanted any more. */
  @Override
  public void close() {
    memory.close();
  }
}
