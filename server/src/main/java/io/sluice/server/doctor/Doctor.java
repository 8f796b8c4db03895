package io.sluice.server.doctor;

import io.sluice.server.config.Settings;
import io.sluice.server.node.MemoryTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at everything that keeps a node from starting, or from being as good as it could be. */
public final class Doctor {
  private final Settings settings;
  private final Machine machine;
  private final MemoryTable memory;

  /** Looks at the machine this process runs on. */
  public Doctor(Settings settings) {
    this(settings, new LinuxMachine(Path.of("/")), MemoryTable.of(settings));
  }

  Doctor(Settings settings, Machine machine, MemoryTable memory) {
    this.settings = settings;
    this.machine = machine;
    this.memory = memory;
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
    return findings;
  }
}
