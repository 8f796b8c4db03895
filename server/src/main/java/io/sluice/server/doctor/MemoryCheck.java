package io.sluice.server.doctor;

import static io.sluice.server.node.MemoryFit.mib;

import io.sluice.server.config.Settings;
import io.sluice.server.node.MemoryFit;
import io.sluice.server.node.MemoryTable;

/** Whether the cgroup's limit leaves room for what a node can weigh. */
final class MemoryCheck {
  private static final String SUBJECT = "memory";

  private final Machine machine;
  private final Settings settings;
  private final MemoryTable table;

  MemoryCheck(Machine machine, Settings settings, MemoryTable table) {
    this.machine = machine;
    this.settings = settings;
    this.table = table;
  }

  /**
   * Fails if a node would refuse to start. File pages do not kill: the kernel takes them back, and
   * reads them again when they are needed.
   */
  Finding limit() {
    long limit = machine.memoryLimitBytes();
    MemoryFit fit = MemoryFit.of(table, limit, machine.isSocketMemoryCharged());
    if (!fit.isLimited()) {
      return Finding.ok(SUBJECT, "no limit, a node takes at most " + mib(fit.chargedBytes()));
    }
    if (fit.isTooSmall()) {
      return Finding.fail(SUBJECT, fit.complaint(settings));
    }
    if (fit.isTight()) {
      return Finding.warn(
          SUBJECT,
          "the cgroup is limited to "
              + mib(limit)
              + ", which is enough, but at worst leaves "
              + mib(limit - fit.firmBytes())
              + " for the runtime's files; raise the limit to "
              + mib(fit.chargedBytes())
              + " to have room for all of them.");
    }
    return Finding.ok(
        SUBJECT, "limited to " + mib(limit) + ", a node takes at most " + mib(fit.chargedBytes()));
  }
}
