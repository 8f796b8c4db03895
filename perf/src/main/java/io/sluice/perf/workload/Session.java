package io.sluice.perf.workload;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.Running;
import io.sluice.perf.contender.Targets;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.BodyMode;
import io.sluice.perf.load.LoadGenerator;
import io.sluice.perf.load.LoadResult;
import io.sluice.perf.load.RequestSource;
import io.sluice.perf.meter.CgroupMeter;
import io.sluice.perf.meter.Cost;
import io.sluice.perf.meter.DeviceMeter;
import io.sluice.perf.meter.GroupWatch;
import io.sluice.perf.meter.MemoryCharge;
import io.sluice.perf.meter.MemoryTimeline;
import io.sluice.perf.meter.ResidentSetMeter;
import io.sluice.perf.meter.SocketMemoryMeter;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/** A contender that answers, in a control group of its own, from start to stop. One thread. */
public final class Session implements AutoCloseable {
  private final Contender contender;
  private final boolean promised;
  private final Cgroup group;
  private final Running running;
  private final DeviceMeter device;

  private Session(
      Contender contender, boolean promised, Cgroup group, Running running, DeviceMeter device) {
    this.contender = contender;
    this.promised = promised;
    this.group = group;
    this.running = running;
    this.device = device;
  }

  /**
   * What one load cost.
   *
   * @param load what the clients saw
   * @param cost what the contender's group used
   */
  record Measurement(LoadResult load, Cost cost) {
    private static final double NS_PER_S = 1e9;

    /** CPU time of the contender's group. */
    long cpuNs() {
      return cost.cpuNs();
    }

    /** Read from the layers' device. */
    long deviceBytes() {
      return cost.deviceBytes();
    }

    /** CPU seconds for each GiB served. */
    double cpuSecondsPerGib() {
      return cpuNs() / NS_PER_S / load.gib();
    }
  }

  static Session open(Stage stage, Contender contender, LayerSet layers, OptionalLong limitBytes)
      throws IOException, InterruptedException {
    Cgroup group = stage.contenderGroup();
    try {
      if (limitBytes.isPresent()) {
        group.limitMemory(limitBytes.getAsLong());
      }
      Running running = contender.start(group, layers);
      DeviceMeter device = group.device(DeviceMeter.deviceOf(layers.layout()));
      return new Session(contender, stage.counts(contender.name()), group, running, device);
    } catch (IOException | InterruptedException | RuntimeException e) {
      group.close();
      throw e;
    }
  }

  /**
   * Puts a load on the contender and measures what that costs.
   *
   * @param connections how many at once
   * @param mode what the clients do with the bytes
   * @param requests what they ask for
   * @return the cost
   * @throws IOException when a client did not get what it asked for: such a run counts for nothing
   * @throws InterruptedException when this thread is interrupted
   */
  Measurement measure(int connections, BodyMode mode, RequestSource requests)
      throws IOException, InterruptedException {
    return measure(new LoadGenerator(running.address(), connections, mode), requests);
  }

  /** The same with a generator that the caller wants to watch. */
  Measurement measure(LoadGenerator generator, RequestSource requests)
      throws IOException, InterruptedException {
    return measureEach(generator, connection -> requests);
  }

  /**
   * The same with an own source for each connection; sources ask for what a registry has, whatever
   * the contender calls it.
   */
  Measurement measureEach(LoadGenerator generator, IntFunction<RequestSource> sources)
      throws IOException, InterruptedException {
    try (GroupWatch watch = watch()) {
      LoadResult load = generator.runEach(connection -> own(sources.apply(connection)));
      if (!load.failures().isEmpty()) {
        throw new IOException(
            running.name()
                + " failed "
                + load.failures().size()
                + " clients, the first: "
                + load.failures().get(0)
                + lastWords());
      }
      return new Measurement(load, watch.finish());
    }
  }

  /**
   * Begins to watch the contender, for loads of other kinds.
   *
   * @return the watch, which tells what the contender used until it is finished
   * @throws IOException when the group cannot be read
   */
  GroupWatch watch() throws IOException {
    return new GroupWatch(
        new GroupWatch.Sources(
            group.memory(), group.cpu(), device, group::processes, group::familyCpuNs));
  }

  /**
   * Begins to sample memory, for what goes on over several loads.
   *
   * @param intervalMs the time between samples
   * @return the samples, until they are finished
   * @throws IOException when the group cannot be read
   */
  MemoryTimeline timeline(long intervalMs) throws IOException {
    return new MemoryTimeline(
        group.memory(), new SocketMemoryMeter(), group::processes, intervalMs);
  }

  /** Requests to a registry, by their number, as they have to be put to the contender. */
  IntFunction<BlobRequest> own(IntFunction<BlobRequest> requests) {
    return running.targets().equals(Targets.REGISTRY)
        ? requests
        : i -> running.targets().own(requests.apply(i));
  }

  private RequestSource own(RequestSource source) {
    if (running.targets().equals(Targets.REGISTRY)) {
      return source;
    }
    return () -> {
      BlobRequest request = source.next();
      return request == null ? null : running.targets().own(request);
    };
  }

  private String lastWords() throws IOException {
    MemoryCharge charge = memory().read();
    return (charge.oomKills() > 0 ? " (the kernel killed it for its memory)" : "")
        + (running.process().running() ? "" : "; it has ended")
        + "; its log ends in:\n"
        + running.process().logTail();
  }

  /** Memory of the group. */
  CgroupMeter memory() {
    return group.memory();
  }

  /** Resident memory of all processes in the group now. */
  long residentBytes() throws IOException {
    return new ResidentSetMeter().residentBytes(group.processes());
  }

  /** Whether the contender has to be warmed up: see {@link Contender#warmsUp}. */
  boolean warmsUp() {
    return contender.warmsUp();
  }

  /** Whether promises depend on the contender: see {@link Stage#counts}. */
  boolean promised() {
    return promised;
  }

  /** The group itself. */
  Cgroup group() {
    return group;
  }

  /** The contender. */
  Running running() {
    return running;
  }

  /** Whether device reads of others are left out. */
  boolean ownDeviceReadsOnly() {
    return device.ownReadsOnly();
  }

  /** Stops the contender and removes its group. */
  @Override
  public void close() {
    running.close();
    group.close();
  }
}
