package io.sluice.perf.confine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuQuotaTest {
  @Test
  void bothVersionsAreTold() {
    CpuQuota quota = new CpuQuota(1.5);
    assertEquals(Map.of("cpu.max", "150000 100000", "cpu.weight", "10000"), quota.files(true));
    assertEquals(
        Map.of("cpu.cfs_period_us", "100000", "cpu.cfs_quota_us", "150000", "cpu.shares", "262144"),
        quota.files(false));
  }

  @Test
  void lessThanTheKernelTakesIsRefused() {
    assertEquals("1000 100000", new CpuQuota(CpuQuota.CPUS_MIN).files(true).get("cpu.max"));
    for (double cpus : new double[] {0.0099, 0, -1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new CpuQuota(cpus));
    }
  }
}
