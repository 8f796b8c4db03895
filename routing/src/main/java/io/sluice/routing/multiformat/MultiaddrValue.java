package io.sluice.routing.multiformat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** The value of one part of an address, between its binary and its text form. */
final class MultiaddrValue {
  private static final int NAME_CHARS_MAX = 253;
  private static final int PORT_MAX = 65_535;
  private static final int IP6_GROUPS = 8;

  private MultiaddrValue() {}

  static byte[] parse(MultiaddrProtocol protocol, String text) throws MalformedException {
    return switch (protocol) {
      case IP4 -> parseIp4(text);
      case IP6 -> parseIp6(text);
      case TCP, UDP -> parsePort(text);
      case P2P -> PeerId.parse(text).toBytes();
      default -> checkName(text).getBytes(StandardCharsets.UTF_8);
    };
  }

  /** Makes sure that a binary value has a text form. */
  static void check(MultiaddrProtocol protocol, byte[] value) throws MalformedException {
    if (protocol == MultiaddrProtocol.P2P) {
      PeerId.of(value);
    } else if (protocol.bytes == MultiaddrProtocol.PREFIXED) {
      checkName(new String(value, StandardCharsets.UTF_8));
    }
  }

  static String format(MultiaddrProtocol protocol, byte[] value) {
    return switch (protocol) {
      case IP4 -> formatIp4(value, 0);
      case IP6 -> formatIp6(value);
      case TCP, UDP -> Integer.toString(group(value, 0));
      case P2P -> new PeerId(value).toString();
      default -> new String(value, StandardCharsets.UTF_8);
    };
  }

  private static byte[] parseIp4(String text) throws MalformedException {
    String[] parts = text.split("\\.", -1);
    byte[] value = new byte[4];
    boolean valid = parts.length == value.length;
    for (int i = 0; valid && i < value.length; i++) {
      int number = number(parts[i], 255);
      valid = number >= 0;
      value[i] = (byte) number;
    }
    if (!valid) {
      throw new MalformedException("'" + text + "' is no IPv4 address");
    }
    return value;
  }

  private static byte[] parseIp6(String text) throws MalformedException {
    try {
      if (text.indexOf(':') >= 0 && text.indexOf('%') < 0 && text.indexOf('[') < 0) {
        InetAddress address = Inet6Address.ofLiteral(text);
        byte[] value = address.getAddress();
        return value.length == 16 ? value : mapped(value);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new MalformedException("'" + text + "' is no IPv6 address");
  }

  private static byte[] mapped(byte[] ip4) {
    byte[] value = new byte[16];
    value[10] = (byte) 0xff;
    value[11] = (byte) 0xff;
    System.arraycopy(ip4, 0, value, 12, 4);
    return value;
  }

  private static byte[] parsePort(String text) throws MalformedException {
    int port = number(text, PORT_MAX);
    if (port < 0) {
      throw new MalformedException("'" + text + "' is no port");
    }
    return new byte[] {(byte) (port >> 8), (byte) port};
  }

  /** A decimal number without leading zeros; -1 when it is none or more than the maximum. */
  private static int number(String text, int max) {
    boolean digits = !text.isEmpty() && text.length() <= 5;
    for (int i = 0; digits && i < text.length(); i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits || text.length() > 1 && text.charAt(0) == '0') {
      return -1;
    }
    int number = Integer.parseInt(text);
    return number <= max ? number : -1;
  }

  private static String checkName(String text) throws MalformedException {
    boolean valid = !text.isEmpty() && text.length() <= NAME_CHARS_MAX;
    for (int i = 0; valid && i < text.length(); i++) {
      char next = text.charAt(i);
      valid = next > ' ' && next < 0x7f && next != '/';
    }
    if (!valid) {
      throw new MalformedException("a name of " + text.length() + " characters is no host name");
    }
    return text;
  }

  private static String formatIp4(byte[] value, int at) {
    return (value[at] & 0xff)
        + "."
        + (value[at + 1] & 0xff)
        + "."
        + (value[at + 2] & 0xff)
        + "."
        + (value[at + 3] & 0xff);
  }

  /** As RFC 5952 recommends: the longest run of zeros left out, the first if there are several. */
  private static String formatIp6(byte[] value) {
    int gapStart = -1;
    int gapLength = 1;
    for (int i = 0; i < IP6_GROUPS; i++) {
      int length = 0;
      while (i + length < IP6_GROUPS && group(value, i + length) == 0) {
        length++;
      }
      if (length > gapLength) {
        gapStart = i;
        gapLength = length;
      }
    }
    if (gapStart == 0 && gapLength == 5 && group(value, 5) == 0xffff) {
      return "::ffff:" + formatIp4(value, 12);
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < IP6_GROUPS; i++) {
      if (i == gapStart) {
        text.append("::");
        i += gapLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(value, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] value, int index) {
    return (value[2 * index] & 0xff) << 8 | value[2 * index + 1] & 0xff;
  }
}
