package io.sluice.perf.meter;

import io.sluice.perf.meter.MemoryTimeline.Point;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a control group used while something was asked of it.
 *
 * @param cpuNs CPU time
 * @param deviceBytes read from the device
 * @param switches context switches of all its threads
 * @param disturbance what others did meanwhile
 * @param points its memory over time, at least two samples
 */
public record Cost(
    long cpuNs,
    long deviceBytes,
    ContextSwitches switches,
    Disturbance disturbance,
    List<Point> points) {

  /**
   * The greatest of all samples.
   *
   * @param figure of a sample
   * @return bytes
   */
  public long peakBytes(ToLongFunction<Point> figure) {
    return MemoryTimeline.peakBytes(points, figure);
  }
}
