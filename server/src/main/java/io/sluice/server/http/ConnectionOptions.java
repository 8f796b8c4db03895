package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/** The Connection fields of a head together, RFC 9110 section 7.6.1. A flyweight. */
final class ConnectionOptions {
  private boolean close;
  private boolean keepAlive;

  void clear() {
    close = false;
    keepAlive = false;
  }

  /** Takes one more Connection field; false when it is not a list of tokens. */
  boolean add(MemorySegment memory, FieldLine line) {
    if (!line.isTokenList(memory)) {
      return false;
    }
    close |= line.hasListToken(memory, HttpHeader.CLOSE);
    keepAlive |= line.hasListToken(memory, HttpHeader.KEEP_ALIVE);
    return true;
  }

  /** Whether the connection outlives the message, RFC 9112 section 9.3. */
  boolean persist(int minorVersion) {
    return !close && (minorVersion == 1 || keepAlive);
  }
}
