package io.sluice.server.node;

import io.sluice.server.config.ByteSize;
import io.sluice.server.config.Limits;
import io.sluice.server.config.Setting;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StartupException;
import io.sluice.server.metrics.CgroupMemory;
import io.sluice.server.metrics.CgroupUsage;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a node can take, beside what its cgroup allows. A node that could be killed for memory does
 * not start: it would be killed under load, when it is needed.
 *
 * @param chargedBytes most that can be charged
 * @param firmBytes the part of it that the kernel cannot take back: all but file pages, which it
 *     drops and reads again
 * @param limitBytes of the cgroup; {@link CgroupUsage#NO_LIMIT} without one
 */
public record MemoryFit(long chargedBytes, long firmBytes, long limitBytes) {
  private static final long MIB = 1L << 20;

  /**
   * Compares.
   *
   * @param socketsCharged whether the limit counts socket buffers: cgroup v2 does, v1 by default
   *     does not
   */
  public static MemoryFit of(MemoryTable table, long limitBytes, boolean socketsCharged) {
    long sockets = socketsCharged ? 0 : table.bytesOf(MemoryTable.Kind.SOCKET);
    long charged = table.totalBytes() - sockets;
    long firm = charged - table.bytesOf(MemoryTable.Kind.RECLAIMABLE);
    return new MemoryFit(charged, firm, limitBytes);
  }

  /**
   * Refuses to start a node whose cgroup is too small for it. Where the cgroup cannot be seen there
   * is no limit to compare with.
   *
   * @param root where {@code proc} and the cgroup file system are
   * @throws StartupException with {@link #complaint}
   */
  static void require(Settings settings, MemoryTable table, Path root) {
    MemoryFit fit;
    try {
      CgroupMemory cgroup = CgroupMemory.ofSelf(root);
      fit = of(table, cgroup.limitBytes(), cgroup.isVersion2());
    } catch (IOException unseen) {
      return;
    }
    if (fit.isTooSmall()) {
      throw new StartupException(fit.complaint(settings));
    }
  }

  /** Whether there is any limit. */
  public boolean isLimited() {
    return limitBytes != CgroupUsage.NO_LIMIT;
  }

  /** Whether the kernel would have to kill the node when all of it is in use. */
  public boolean isTooSmall() {
    return limitBytes < firmBytes;
  }

  /** Whether file pages are squeezed out when all of it is in use. */
  public boolean isTight() {
    return limitBytes < chargedBytes;
  }

  /** One sentence for a limit that {@link #isTooSmall}: the sum, the limit, what to lower. */
  public String complaint(Settings settings) {
    long block = Limits.TRANSFER_BLOCK_BYTES;
    long transfers = settings.transferMemoryBytes();
    long least = settings.loops() * Limits.TRANSFER_BLOCKS_PER_LOOP_MIN * block;
    long affordable = Math.floorDiv(transfers - (firmBytes - limitBytes), block) * block;
    String remedy = "";
    if (affordable >= least) {
      remedy = "lower " + transferMemory(affordable) + ", or ";
    } else if (transfers > least) {
      long needed = firmBytes - (transfers - least);
      remedy =
          "lower " + transferMemory(least) + " and raise the limit to " + mib(needed) + ", or ";
    } else if (settings.loops() > 1) {
      remedy = "lower " + Setting.LOOPS.flag() + " and " + Setting.TRANSFER_MEMORY.flag() + ", or ";
    }
    return "A node can take "
        + mib(firmBytes)
        + " of memory with these settings, and its cgroup is limited to "
        + limitBytes / MIB
        + "MiB; "
        + remedy
        + "raise the limit to "
        + mib(firmBytes)
        + " ("
        + mib(chargedBytes)
        + " with room for the runtime's files).";
  }

  private static String transferMemory(long bytes) {
    return Setting.TRANSFER_MEMORY.flag() + " to " + new ByteSize(bytes);
  }

  /** Whole mebibytes, rounded up. */
  public static String mib(long bytes) {
    return Math.ceilDiv(bytes, MIB) + "MiB";
  }
}
