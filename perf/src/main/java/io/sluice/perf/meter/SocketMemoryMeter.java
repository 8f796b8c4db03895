package io.sluice.perf.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory of all TCP socket buffers of this network namespace's protocol: senders and receivers, of
 * every process. Control groups of version 1 do not show it, so the difference before and under
 * load is the figure that bounds it from above.
 *
 * <p>Format: line {@code TCP:} of {@code /proc/net/sockstat}, its value {@code mem} in pages; see
 * proc_net(5). Any thread may read.
 */
public final class SocketMemoryMeter {
  /** Where the kernel shows it. */
  public static final Path SOCKSTAT = Path.of("/proc/net/sockstat");

  /**
   * The kernel counts in pages; every machine this runs on (x86-64, arm64 with 4 KiB) has these.
   */
  private static final long PAGE_BYTES = 4096;

  private final Path sockstat;

  /** A meter of the running system. */
  public SocketMemoryMeter() {
    this(SOCKSTAT);
  }

  /**
   * A meter of any file in that format.
   *
   * @param sockstat the file to read
   */
  SocketMemoryMeter(Path sockstat) {
    this.sockstat = sockstat;
  }

  /**
   * The memory now.
   *
   * @return bytes in TCP socket buffers
   * @throws IOException when the file cannot be read or has no such line
   */
  public long tcpBytes() throws IOException {
    return parseTcpBytes(Files.readAllLines(sockstat));
  }

  private long parseTcpBytes(List<String> lines) throws IOException {
    for (String line : lines) {
      if (!line.startsWith("TCP:")) {
        continue;
      }
      String[] words = line.split(" ");
      for (int i = 1; i + 1 < words.length; i += 2) {
        if (words[i].equals("mem")) {
          return Long.parseLong(words[i + 1]) * PAGE_BYTES;
        }
      }
    }
    throw new IOException(sockstat + " has no line 'TCP: ... mem N'");
  }
}
