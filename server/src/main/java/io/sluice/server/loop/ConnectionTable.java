package io.sluice.server.loop;

/** The connection slots of one loop, all created at start. */
final class ConnectionTable {
  private static final int CROWDED_DIVISOR = 8;

  private final Connection[] connections;
  private final int[] freeStack;
  private int freeCount;

  ConnectionTable(int capacity) {
    connections = new Connection[capacity];
    freeStack = new int[capacity];
    for (int slot = capacity - 1; slot >= 0; slot--) {
      connections[slot] = new Connection(slot);
      freeStack[freeCount++] = slot;
    }
  }

  /** A free slot for a new connection, or null when all are taken. */
  Connection claim(int fd) {
    if (freeCount == 0) {
      return null;
    }
    Connection connection = connections[freeStack[--freeCount]];
    connection.fd = fd;
    connection.state = Connection.IDLE;
    connection.have = 0;
    connection.scanned = 0;
    connection.revoking = false;
    return connection;
  }

  /** Gives a slot back; what still arrives for its old use is recognised by the generation. */
  void free(Connection connection) {
    connection.state = Connection.FREE;
    connection.fd = -1;
    connection.generation++;
    freeStack[freeCount++] = connection.slot;
  }

  Connection get(int slot) {
    return connections[slot];
  }

  int capacity() {
    return connections.length;
  }

  /** Whether fewer than an eighth are free. */
  boolean isCrowded() {
    return freeCount < (connections.length + CROWDED_DIVISOR - 1) / CROWDED_DIVISOR;
  }

  int inUse() {
    return connections.length - freeCount;
  }
}
