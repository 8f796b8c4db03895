package io.sluice.perf.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that have asked once and then keep their connections. One thread opens and closes them.
 */
public final class IdleCrowd implements AutoCloseable {
  private final List<EventConnection> connections = new ArrayList<>();

  /**
   * Connects them, one after the other, each with its answer before the next.
   *
   * @param server an IPv4 address
   * @param count how many
   * @param request what each asks for
   * @throws IOException when one is not answered as it should be
   * @throws io.sluice.linux.LinuxException when one cannot be connected
   */
  public IdleCrowd(InetSocketAddress server, int count, BlobRequest request) throws IOException {
    boolean complete = false;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment scratch = arena.allocate(EventConnection.HEAD_BYTES);
      for (int i = 0; i < count; i++) {
        EventConnection connection = new EventConnection(server);
        connections.add(connection);
        connection.send(request, scratch);
        connection.receiveAll(scratch);
      }
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /** Closes all connections; calling it again does nothing. */
  @Override
  public void close() {
    connections.forEach(EventConnection::close);
    connections.clear();
  }
}
