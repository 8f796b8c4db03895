package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.sockaddr_in;
import io.sluice.linux.generated.sockaddr_in6;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * Internet socket addresses in the kernel's form: {@code struct sockaddr_in} ({@code ip(7)}) and
 * {@code struct sockaddr_in6} ({@code ipv6(7)}).
 */
public final class SocketAddress {
  /** Enough bytes for either family. */
  public static final int MAX_BYTES = Math.toIntExact(sockaddr_in6.sizeof());

  /** The alignment in bytes that either family needs. */
  public static final int ALIGNMENT_BYTES = 4;

  private static final int ADDRESS_BYTES_V4 = 4;
  private static final int ADDRESS_BYTES_V6 = 16;

  private SocketAddress() {}

  /** {@code AF_INET} or {@code AF_INET6}, whichever {@code address} is of. */
  public static int family(InetAddress address) {
    return address instanceof Inet6Address ? Libc.AF_INET6() : Libc.AF_INET();
  }

  /**
   * Writes {@code address} to the start of {@code target}, which has at least {@link #MAX_BYTES}.
   *
   * @return the number of bytes written
   * @throws IllegalArgumentException when {@code address} is unresolved
   */
  public static int write(InetSocketAddress address, MemorySegment target) {
    InetAddress host = address.getAddress();
    if (host == null) {
      throw new IllegalArgumentException("Unresolved host name: " + address.getHostString());
    }
    if (host instanceof Inet6Address v6) {
      sockaddr_in6.sin6_family(target, (short) Libc.AF_INET6());
      sockaddr_in6.sin6_port(target, networkOrder(address.getPort()));
      sockaddr_in6.sin6_flowinfo(target, 0);
      sockaddr_in6.sin6_scope_id(target, v6.getScopeId());
      copy(v6.getAddress(), sockaddr_in6.sin6_addr(target));
      return Math.toIntExact(sockaddr_in6.sizeof());
    }
    target.asSlice(0, sockaddr_in.sizeof()).fill((byte) 0);
    sockaddr_in.sin_family(target, (short) Libc.AF_INET());
    sockaddr_in.sin_port(target, networkOrder(address.getPort()));
    copy(host.getAddress(), sockaddr_in.sin_addr(target));
    return Math.toIntExact(sockaddr_in.sizeof());
  }

  /**
   * Reads the address at the start of {@code source}; an IPv4 address mapped into IPv6 comes out as
   * IPv4.
   *
   * @throws IllegalArgumentException when its family is neither IPv4 nor IPv6
   */
  public static InetSocketAddress read(MemorySegment source) {
    int family = Short.toUnsignedInt(sockaddr_in.sin_family(source));
    if (family == Libc.AF_INET()) {
      byte[] bytes = bytes(sockaddr_in.sin_addr(source), ADDRESS_BYTES_V4);
      return address(bytes, sockaddr_in.sin_port(source));
    }
    if (family == Libc.AF_INET6()) {
      byte[] bytes = bytes(sockaddr_in6.sin6_addr(source), ADDRESS_BYTES_V6);
      return address(bytes, sockaddr_in6.sin6_port(source));
    }
    throw new IllegalArgumentException("Neither an IPv4 nor an IPv6 address: family " + family);
  }

  private static InetSocketAddress address(byte[] bytes, short port) {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(bytes), Short.toUnsignedInt(networkOrder(port)));
    } catch (UnknownHostException impossible) {
      throw new AssertionError("4 and 16 bytes are always an address", impossible);
    }
  }

  private static short networkOrder(int port) {
    short value = (short) port;
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
  }

  private static void copy(byte[] address, MemorySegment target) {
    MemorySegment.copy(address, 0, target, JAVA_BYTE, 0, address.length);
  }

  private static byte[] bytes(MemorySegment address, int count) {
    return address.asSlice(0, count).toArray(JAVA_BYTE);
  }
}
