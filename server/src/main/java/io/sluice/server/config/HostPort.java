package io.sluice.server.config;

/**
 * An address to listen on or to connect to: {@code :5000}, {@code 127.0.0.1:0}, {@code [::1]:5000},
 * {@code node-2:5000}.
 *
 * @param host a name or a numeric address without brackets; empty for all addresses of this node
 * @param port 0 to 65535; 0 lets the kernel choose
 */
public record HostPort(String host, int port) {
  /** Largest TCP port. */
  private static final int PORT_MAX = 65535;

  /** Longest host name that DNS allows (RFC 1035, section 2.3.4). */
  private static final int HOST_MAX = 253;

  private static final String LOOPBACK = "127.0.0.1";

  private static final String EXPECTED =
      "write host:port or :port, for example :5000, 127.0.0.1:5000 or [::1]:5000";

  /**
   * Refuses what no socket address can be made of.
   *
   * @throws IllegalArgumentException with a phrase that says what is expected
   */
  public HostPort {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("a port is 0 to 65535; " + EXPECTED);
    }
    if (host.length() > HOST_MAX) {
      throw new IllegalArgumentException("a host name has at most 253 characters; " + EXPECTED);
    }
    for (int i = 0; i < host.length(); i++) {
      if (!isHostCharacter(host.charAt(i))) {
        throw new IllegalArgumentException("not a host name; " + EXPECTED);
      }
    }
  }

  /**
   * Reads an address; an IPv6 address needs its brackets.
   *
   * @throws IllegalArgumentException with a phrase that says what is expected
   */
  public static HostPort parse(String text) {
    String trimmed = text.strip();
    int colon = trimmed.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("the port is missing; " + EXPECTED);
    }
    String host = trimmed.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (host.indexOf(':') < 0) {
        throw new IllegalArgumentException("brackets are for IPv6 addresses; " + EXPECTED);
      }
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("an IPv6 address needs brackets; " + EXPECTED);
    }
    return new HostPort(host, parsePort(trimmed.substring(colon + 1)));
  }

  /** Whether this stands for every address of the node. */
  public boolean isWildcard() {
    return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
  }

  /** Where a process on this node reaches what listens here: loopback in place of a wildcard. */
  public HostPort fromThisNode() {
    return isWildcard() ? new HostPort(LOOPBACK, port) : this;
  }

  /** Whether two sockets that listen on this and on {@code other} would get in each other's way. */
  public boolean collidesWith(HostPort other) {
    return port != 0
        && port == other.port
        && (isWildcard() || other.isWildcard() || host.equalsIgnoreCase(other.host));
  }

  /** The address as {@link #parse} reads it. */
  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }

  private static int parsePort(String digits) {
    boolean plain = !digits.isEmpty() && digits.length() <= 5;
    for (int i = 0; i < digits.length() && plain; i++) {
      plain = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
    }
    if (!plain) {
      throw new IllegalArgumentException("a port is 0 to 65535; " + EXPECTED);
    }
    return Integer.parseInt(digits);
  }

  private static boolean isHostCharacter(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '.'
        || c == '-'
        || c == '_'
        || c == ':'
        || c == '%';
  }
}
