package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * What a client has to send in {@code Authorization} (RFC 7617), if anything. One thread sets it,
 * any thread may ask; asking neither allocates nor waits.
 */
public final class Credentials {
  private static final byte[] SCHEME = Octets.ascii("basic ");
  private static final byte[] NONE = Octets.ascii("");

  /** What follows the scheme; empty when nothing is asked for. Replaced as a whole. */
  private volatile byte[] token = NONE;

  /** The whole header field with its line end; empty when there is none. */
  private volatile byte[] field = NONE;

  /**
   * Asks for a value of {@code Authorization} from now on.
   *
   * @param headerValue in ASCII, {@code Basic} and a token
   */
  public void require(String headerValue) {
    token = Octets.ascii(headerValue.substring(SCHEME.length));
    field = Octets.ascii("Authorization: " + headerValue + "\r\n");
  }

  /** What a request to another node carries: a header field with its line end, or nothing. */
  public byte[] field() {
    return field;
  }

  /**
   * Whether a request may be answered. How long that takes depends on what is asked for and on the
   * length of what was sent, and not on how much of it is right.
   */
  public boolean allow(MemorySegment memory, RequestHead head) {
    byte[] expected = token;
    if (expected.length == 0) {
      return true;
    }
    long offset = head.authorizationOffset();
    int length = head.authorizationLength();
    if (!Octets.startsWithIgnoreCase(memory, offset, length, SCHEME)) {
      return false;
    }
    long at = offset + SCHEME.length;
    long end = offset + length;
    while (at < end && Octets.at(memory, at) == ' ') {
      at++;
    }
    int sent = (int) (end - at);
    int difference = sent ^ expected.length;
    for (int i = 0; i < expected.length; i++) {
      int octet = i < sent ? Octets.at(memory, at + i) : 0;
      difference |= octet ^ expected[i];
    }
    return difference == 0;
  }
}
