package io.sluice.server.doctor;

import io.sluice.server.config.ByteSize;
import io.sluice.server.node.MemoryTable;

/** Whether the cgroup's limit leaves room for what a node can weigh. */
final class MemoryCheck {
  private static final String SUBJECT = "memory";

  private final Machine machine;
  private final MemoryTable table;

  MemoryCheck(Machine machine, MemoryTable table) {
    this.machine = machine;
    this.table = table;
  }

  /**
   * Fails if the node could be killed. File pages do not kill: the kernel takes them back, and
   * reads them again when they are needed.
   */
  Finding limit() {
    long sockets = machine.isSocketMemoryCharged() ? 0 : table.bytesOf(MemoryTable.Kind.SOCKET);
    long charged = table.totalBytes() - sockets;
    long firm = charged - table.bytesOf(MemoryTable.Kind.RECLAIMABLE);
    long limit = machine.memoryLimitBytes();
    if (limit == Machine.UNLIMITED) {
      return Finding.ok(SUBJECT, "no limit, a node takes at most " + mib(charged));
    }
    if (limit < firm) {
      return Finding.fail(
          SUBJECT,
          "the cgroup is limited to "
              + mib(limit)
              + " and a node can take "
              + mib(firm)
              + "; raise the limit to "
              + mib(charged)
              + ", or lower --transfer-memory.");
    }
    if (limit < charged) {
      return Finding.warn(
          SUBJECT,
          "the cgroup is limited to "
              + mib(limit)
              + ", which is enough, but at worst leaves "
              + mib(limit - firm)
              + " for the runtime's files; raise the limit to "
              + mib(charged)
              + " to keep them in memory.");
    }
    return Finding.ok(
        SUBJECT, "limited to " + mib(limit) + ", a node takes at most " + mib(charged));
  }

  /** Whole mebibytes, rounded up. */
  private static String mib(long bytes) {
    return Math.ceilDiv(bytes, ByteSize.ofMiB(1).bytes()) + "MiB";
  }
}
