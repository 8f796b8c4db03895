package io.sluice.server.loop;

import io.sluice.server.config.Limits;
import java.lang.foreign.MemorySegment;

/**
 * The exchanges of one loop. Connections that wait for a request hold none when they are scarce, so
 * that ten thousand idle connections cost ten thousand sockets and nothing else.
 */
final class Exchanges {
  /** Fixed memory for each exchange. */
  static final int BYTES = Limits.REQUEST_HEAD_BYTES + Limits.RESPONSE_BYTES;

  private final MemorySegment memory;
  private final Exchange[] exchanges;
  private final int[] freeStack;
  private int freeCount;

  Exchanges(MemorySegment memory, int count) {
    this.memory = memory;
    exchanges = new Exchange[count];
    freeStack = new int[count];
    for (int i = count - 1; i >= 0; i--) {
      long offset = (long) i * BYTES;
      exchanges[i] = new Exchange(i, offset, offset + Limits.REQUEST_HEAD_BYTES);
      freeStack[freeCount++] = i;
    }
  }

  /** Takes a free exchange for the connection; null when there is none. */
  Exchange claim(Connection connection) {
    if (freeCount == 0) {
      return null;
    }
    Exchange exchange = exchanges[freeStack[--freeCount]];
    exchange.holder = connection;
    connection.exchange = exchange;
    return exchange;
  }

  void free(Connection connection) {
    Exchange exchange = connection.exchange;
    if (exchange != null) {
      connection.exchange = null;
      exchange.holder = null;
      freeStack[freeCount++] = exchange.index;
    }
  }

  /** Whether connections may hold an exchange while they wait for their next request. */
  boolean abound() {
    return freeCount > exchanges.length / 4;
  }

  /** Whether connections that wait for a request should give theirs back. */
  boolean scarce() {
    return freeCount < exchanges.length / 8;
  }

  Exchange get(int index) {
    return exchanges[index];
  }

  int count() {
    return exchanges.length;
  }

  int freeCount() {
    return freeCount;
  }

  MemorySegment memory() {
    return memory;
  }

  long address(long offset) {
    return memory.address() + offset;
  }
}
