package io.sluice.server.doctor;

import io.sluice.server.config.Settings;
import io.sluice.server.node.MemoryTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Looks at everything that keeps a node from starting, or from being as good as it could be. */
public final class Doctor {
  private final Settings settings;
  private final Machine machine;
  private final MemoryTable memory;
  private final List<Supplier<List<Finding>>> further = new ArrayList<>();

  /** Looks at the machine this process runs on. */
  public Doctor(Settings settings) {
    this(settings, new LinuxMachine(Path.of("/")), MemoryTable.of(settings));
  }

  Doctor(Settings settings, Machine machine, MemoryTable memory) {
    this.settings = settings;
    this.machine = machine;
    this.memory = memory;
  }

  /**
   * Looks at containerd's side too.
   *
   * @param file its configuration
   * @param certificates where {@code configure} writes
   */
  public Doctor withContainerd(Path file, Path certificates) {
    further.add(() -> new ContainerdCheck(file, certificates).findings());
    return this;
  }

  /** Asks the node for an image too. */
  public Doctor withPull(String image) {
    further.add(() -> List.of(new PullCheck(settings, image).head()));
    return this;
  }

  /** Runs all checks; nothing is changed on the machine. */
  public List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    KernelCheck kernel = new KernelCheck(machine, memory);
    findings.add(kernel.version());
    findings.add(kernel.uring());
    findings.add(kernel.lockedMemory());
    findings.add(new MemoryCheck(machine, settings, memory).limit());
    findings.add(new DescriptorCheck(machine, settings).limit());
    StoreCheck store = new StoreCheck(machine, settings.store());
    findings.add(store.readable());
    findings.add(store.directIo());
    further.forEach(checks -> findings.addAll(checks.get()));
    return findings;
  }
}
