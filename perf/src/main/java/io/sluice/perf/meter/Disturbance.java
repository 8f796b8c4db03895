package io.sluice.perf.meter;

/**
 * What others did to a measurement, as parts of all CPU time of the machine meanwhile.
 *
 * @param stolen what the hypervisor gave to other guests
 * @param others what programs used that belong neither to the contenders nor to this harness
 */
public record Disturbance(double stolen, double others) {
  /** None. */
  public static final Disturbance NONE = new Disturbance(0, 0);

  /**
   * Between two moments.
   *
   * @param before the machine at the first
   * @param after the machine at the second
   * @param ownNs CPU time of contenders and harness between them
   * @return the parts, 0 where no time has passed
   */
  static Disturbance between(MachineTime before, MachineTime after, long ownNs) {
    double totalNs = after.totalNs() - before.totalNs();
    if (totalNs <= 0) {
      return NONE;
    }
    double othersNs = after.busyNs() - before.busyNs() - (double) ownNs;
    return new Disturbance(
        (after.stolenNs() - before.stolenNs()) / totalNs, Math.max(0, othersNs) / totalNs);
  }

  /**
   * The worst of both.
   *
   * @param other another one
   * @return the greater parts
   */
  public Disturbance worst(Disturbance other) {
    return new Disturbance(Math.max(stolen, other.stolen), Math.max(others, other.others));
  }
}
