package io.sluice.server.mirror;

import java.util.Locale;

/**
 * A registry by its address, such as {@code https://docker.io} or {@code http://10.0.0.1:5000}, or
 * all that have no configuration of their own.
 *
 * @param scheme {@code http} or {@code https}; empty for all registries
 * @param authority host and, where the address has one, port; an IPv6 address is in brackets
 */
record RegistryUrl(String scheme, String authority) {
  /** All registries without a configuration of their own. */
  static final RegistryUrl ALL = new RegistryUrl("", "_default");

  private static final String EXPECTED =
      "write the scheme, the host and, if it is not the usual one, the port, for example"
          + " https://docker.io or http://127.0.0.1:5000";
  private static final int PORT_MAX = 65535;
  private static final int PORT_DIGITS = 5;
  private static final int HOST_MAX = 253;

  /**
   * Reads an address; {@code _default} and {@code *} stand for all registries. An IPv6 address
   * before a port may lack its brackets, as it does where an address is put into a template.
   *
   * @throws IllegalArgumentException with a phrase that says what is wrong and what to write
   */
  static RegistryUrl parse(String text) {
    if (text.equals("*") || text.equals(ALL.authority)) {
      return ALL;
    }
    int schemeEnd = text.indexOf("://");
    String scheme = schemeEnd < 0 ? "" : text.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("the scheme is not http or https; " + EXPECTED);
    }
    String rest = text.substring(schemeEnd + 3);
    refuse(rest, '?', "an address has no query here");
    refuse(rest, '#', "an address has no fragment here");
    refuse(rest, '/', "an address has no path here, not even a slash at its end");
    refuse(rest, '@', "an address has no user here, credentials come from a file");
    return new RegistryUrl(scheme, authority(rest));
  }

  /** The directory of its {@code hosts.toml}. */
  String directory() {
    return authority;
  }

  /** The address as {@code hosts.toml} has it. */
  String url() {
    return scheme + "://" + authority;
  }

  /** Where the registry really is; Docker Hub's API has another name than its images. */
  String server() {
    return url().equals("https://docker.io") ? "https://registry-1.docker.io" : url();
  }

  @Override
  public String toString() {
    return this.equals(ALL) ? authority : url();
  }

  private static void refuse(String rest, char character, String problem) {
    if (rest.indexOf(character) >= 0) {
      throw new IllegalArgumentException(problem + "; " + EXPECTED);
    }
  }

  private static String authority(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    if (bracketed && text.endsWith("]")) {
      return checkedAddress(text.substring(1, text.length() - 1));
    }
    if (colon < 0) {
      return checkedName(text);
    }
    String host = text.substring(0, colon);
    String port = checkedPort(text.substring(colon + 1));
    if (bracketed && host.endsWith("]")) {
      return checkedAddress(host.substring(1, host.length() - 1)) + ":" + port;
    }
    return (host.indexOf(':') >= 0 ? checkedAddress(host) : checkedName(host)) + ":" + port;
  }

  private static String checkedPort(String digits) {
    boolean plain = !digits.isEmpty() && digits.length() <= PORT_DIGITS;
    for (int i = 0; i < digits.length() && plain; i++) {
      plain = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
    }
    if (!plain || Integer.parseInt(digits) < 1 || Integer.parseInt(digits) > PORT_MAX) {
      throw new IllegalArgumentException("a port is 1 to 65535; " + EXPECTED);
    }
    return digits;
  }

  /** A name becomes a directory: it has no character that could lead elsewhere. */
  private static String checkedName(String host) {
    boolean valid = !host.isEmpty() && host.length() <= HOST_MAX && host.charAt(0) != '.';
    for (int i = 0; i < host.length() && valid; i++) {
      char c = host.charAt(i);
      valid = isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' && i > 0;
    }
    if (!valid) {
      throw new IllegalArgumentException("not a host name; " + EXPECTED);
    }
    return host;
  }

  private static String checkedAddress(String address) {
    boolean valid = address.indexOf(':') >= 0 && address.length() <= HOST_MAX;
    for (int i = 0; i < address.length() && valid; i++) {
      char c = address.charAt(i);
      valid = isLetterOrDigit(c) || c == ':' || c == '.' || c == '%';
    }
    if (!valid) {
      throw new IllegalArgumentException("not an IPv6 address; " + EXPECTED);
    }
    return "[" + address + "]";
  }

  private static boolean isLetterOrDigit(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }
}
