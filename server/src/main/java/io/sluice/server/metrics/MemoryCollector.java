package io.sluice.server.metrics;

import static io.sluice.server.metrics.Snapshots.gauge;
import static io.sluice.server.metrics.Snapshots.level;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;

/**
 * The memory that the kernel accounts to this process and to its cgroup, as Prometheus snapshots.
 *
 * <p>What cannot be read is left out: a gap in a graph is honest, a zero is not.
 */
final class MemoryCollector implements MultiCollector {
  private final CgroupMemory cgroup;

  /**
   * Prepares to read.
   *
   * @param cgroup null where there is none
   */
  MemoryCollector(final CgroupMemory cgroup) {
    this.cgroup = cgroup;
  }

  @Override
  public MetricSnapshots collect() {
    final MetricSnapshots.Builder all = MetricSnapshots.builder();
    try {
      collectProcess(all, ProcessMemory.ofSelf());
    } catch (IOException e) {
      // Without /proc there is nothing to report.
    }
    if (cgroup != null) {
      try {
        collectCgroup(all, cgroup.read());
      } catch (IOException e) {
        // The process was moved and its cgroup removed: the same.
      }
    }
    return all.build();
  }

  private static void collectProcess(
      final MetricSnapshots.Builder all, final ProcessMemory memory) {
    all.metricSnapshot(
        gauge("process_resident_memory_bytes", "Resident memory size in bytes.")
            .dataPoint(level(memory.residentBytes()))
            .build());
    all.metricSnapshot(
        gauge("sluice_process_resident_bytes", "Resident memory of the process by kind.")
            .dataPoint(level(memory.anonymousBytes(), "kind", "anonymous"))
            .dataPoint(level(memory.fileBytes(), "kind", "file"))
            .dataPoint(level(memory.shmemBytes(), "kind", "shmem"))
            .build());
  }

  private static void collectCgroup(final MetricSnapshots.Builder all, final CgroupUsage usage) {
    final GaugeSnapshot.Builder kinds =
        gauge("sluice_cgroup_memory_bytes", "Memory charged to the node's cgroup by kind.");
    add(kinds, usage.anonymousBytes(), "kind", "anonymous");
    add(kinds, usage.fileBytes(), "kind", "file");
    add(kinds, usage.kernelBytes(), "kind", "kernel");
    add(kinds, usage.socketBytes(), "kind", "socket");
    all.metricSnapshot(kinds.build());
    addAlone(
        all,
        "sluice_cgroup_memory_file_mapped_bytes",
        "The part of the file memory that is mapped by a process.",
        usage.fileMappedBytes());
    addAlone(
        all,
        "sluice_cgroup_memory_shmem_bytes",
        "The part of the file memory that is tmpfs or shared memory.",
        usage.shmemBytes());
    addAlone(
        all,
        "sluice_cgroup_memory_total_bytes",
        "All memory charged to the node's cgroup.",
        usage.totalBytes());
    addAlone(
        all,
        "sluice_cgroup_memory_peak_bytes",
        "Highest total that the kernel has seen.",
        usage.peakBytes());
    if (usage.limitBytes() != CgroupUsage.NO_LIMIT) {
      addAlone(
          all,
          "sluice_cgroup_memory_limit_bytes",
          "Lowest memory limit that applies to the node's cgroup; absent without one.",
          usage.limitBytes());
    }
  }

  private static void addAlone(
      final MetricSnapshots.Builder all, final String name, final String help, final long bytes) {
    if (bytes != CgroupUsage.UNKNOWN) {
      all.metricSnapshot(gauge(name, help).dataPoint(level(bytes)).build());
    }
  }

  private static void add(
      final GaugeSnapshot.Builder gauge, final long bytes, final String... labels) {
    if (bytes != CgroupUsage.UNKNOWN) {
      gauge.dataPoint(level(bytes, labels));
    }
  }
}
