package io.sluice.server.node;

import io.sluice.memory.FixedMemory;
import io.sluice.server.config.Limits;
import io.sluice.server.config.Settings;
import io.sluice.server.loop.LoopMemory;
import io.sluice.server.loop.LoopShare;
import io.sluice.server.relay.ReceiveBudget;
import io.sluice.server.transfer.SendBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a node with given settings can weigh at most, as a memory cgroup counts it: the sum of its
 * limits. Printed at start, and compared with the cgroup's limit.
 *
 * @param rows parts that do not overlap
 */
public record MemoryTable(List<Row> rows) {
  /** Name of the row of the rings' queues. */
  public static final String RINGS = "io_uring queues";

  /** Name of the row of discovery, which only a node with it has. */
  public static final String ROUTING = "routing";

  private static final long MIB = 1L << 20;
  private static final int NAME_WIDTH = 20;
  private static final int NUMBER_WIDTH = 9;
  private static final long SUBMISSION_ENTRY_BYTES = 64;
  private static final long COMPLETION_ENTRY_BYTES = 16;

  /** What a part is made of, and so who bounds it. */
  public enum Kind {
    /** Mapped at start, never more; counted page by page from the first use on. */
    FIXED,
    /** Kernel memory of sockets. cgroup v2 charges it, v1 does not by default. */
    SOCKET,
    /** Kernel memory of other things; always charged. */
    KERNEL,
    /** In the Java heap, which {@code -Xmx} bounds. */
    HEAP,
    /** The Java runtime itself; measured, not enforced. */
    RUNTIME,
    /** File pages that the kernel takes back when the cgroup is full. */
    RECLAIMABLE
  }

  /**
   * One part.
   *
   * @param name what it is for
   * @param bytes most it can take
   * @param kind what it is made of
   */
  public record Row(String name, long bytes, Kind kind) {}

  /** Keeps its own copy of the rows. */
  public MemoryTable {
    rows = List.copyOf(rows);
  }

  /** The table of a node in this JVM. */
  public static MemoryTable of(Settings settings) {
    return of(settings, Runtime.getRuntime().maxMemory());
  }

  /** The table of a node in a JVM whose heap grows to {@code heapBytes} at most. */
  static MemoryTable of(Settings settings, long heapBytes) {
    long loops = settings.loops();
    long connectionBytes = settings.maxConnections() * Limits.CONNECTION_BYTES;
    long ringBytes =
        loops
            * (Limits.SUBMISSION_ENTRIES * SUBMISSION_ENTRY_BYTES
                + LoopShares.completionEntries(settings) * COMPLETION_ENTRY_BYTES);
    LoopMemory memory = new LoopMemory(FixedMemory.plan(), 0, LoopShares.of(settings));
    List<Row> rows =
        List.of(
            new Row("transfer buffers", settings.transferMemoryBytes(), Kind.FIXED),
            new Row("exchange buffers", loops * memory.exchangeBytes(), Kind.FIXED),
            new Row(RINGS, ringBytes, Kind.FIXED),
            new Row("heads and messages", loops * memory.messageBytes(), Kind.FIXED),
            new Row("clients' sockets", sendBytes(settings), Kind.SOCKET),
            new Row("peers' sockets", receiveBytes(settings), Kind.SOCKET),
            new Row("pipes", pipeBytes(settings), Kind.KERNEL),
            new Row("connections, kernel", connectionKernelBytes(settings), Kind.KERNEL),
            new Row("the kernel's own", Limits.KERNEL_BYTES, Kind.KERNEL),
            new Row("connections", connectionBytes, Kind.HEAP),
            new Row("heap, the rest", Math.max(0, heapBytes - connectionBytes), Kind.HEAP),
            new Row("runtime", Limits.RUNTIME_BYTES, Kind.RUNTIME),
            new Row("runtime's files", Limits.RUNTIME_FILES_BYTES, Kind.RECLAIMABLE));
    return new MemoryTable(settings.discovery().isOn() ? withRouting(rows) : rows);
  }

  private static List<Row> withRouting(List<Row> rows) {
    List<Row> all = new ArrayList<>(rows);
    all.add(new Row(ROUTING, Limits.ROUTING_BYTES, Kind.RUNTIME));
    return all;
  }

  /** Every slot is taken, and each client stands still with its send buffer full. */
  private static long sendBytes(Settings settings) {
    LoopShare share = LoopShares.of(settings);
    return settings.loops()
        * SendBudget.bytesMax(
            share.sendBudgetBytes(),
            (int) Limits.SOCKET_SEND_MIN_BYTES,
            (int) Limits.SOCKET_SEND_MAX_BYTES,
            share.transfers());
  }

  /** Every relay's receive buffer is full; only a node with peers relays. */
  private static long receiveBytes(Settings settings) {
    return settings.asksPeers() ? ReceiveBudget.bytesMax(Limits.RELAYS, settings.loops()) : 0;
  }

  /** What is in a pipe has been received by a socket, and is charged to nobody any more. */
  private static long pipeBytes(Settings settings) {
    return settings.asksPeers() ? Limits.RELAYS * Limits.PIPE_BYTES : 0;
  }

  /** Of clients, of relays, and of what is kept for relays to come. */
  private static long connectionKernelBytes(Settings settings) {
    long peers =
        settings.asksPeers()
            ? Limits.RELAYS + (long) settings.loops() * Limits.PEER_IDLE_CONNECTIONS
            : 0;
    return (settings.maxConnections() + peers) * Limits.CONNECTION_KERNEL_BYTES;
  }

  /** The sum of all rows. */
  public long totalBytes() {
    long sum = 0;
    for (Row row : rows) {
      sum += row.bytes();
    }
    return sum;
  }

  /** The sum of the rows of {@code kind}. */
  public long bytesOf(Kind kind) {
    long sum = 0;
    for (Row row : rows) {
      sum += row.kind() == kind ? row.bytes() : 0;
    }
    return sum;
  }

  /** The row of this name; 0 without one. */
  public long bytesOf(String name) {
    long sum = 0;
    for (Row row : rows) {
      sum += row.name().equals(name) ? row.bytes() : 0;
    }
    return sum;
  }

  /** The table as lines of text, in MiB, the total last. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    for (Row row : rows) {
      appendLine(text, row.name(), row.bytes(), row.kind().name().toLowerCase(Locale.ROOT));
    }
    appendLine(text, "total", totalBytes(), "");
    return text.toString();
  }

  /** Without a formatter, which would load a quarter of a MiB of locale data at each start. */
  private static void appendLine(StringBuilder text, String name, long bytes, String kind) {
    long tenths = (bytes * 10 + MIB / 2) / MIB;
    String mib = tenths / 10 + "." + tenths % 10;
    text.append(name)
        .append(" ".repeat(Math.max(1, NAME_WIDTH + NUMBER_WIDTH - name.length() - mib.length())))
        .append(mib)
        .append(" MiB");
    text.append(kind.isEmpty() ? "" : "  " + kind).append('\n');
  }
}
