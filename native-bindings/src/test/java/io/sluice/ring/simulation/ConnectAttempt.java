package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.AF_INET;
import static io.sluice.ring.simulation.KernelConstants.AF_INET6;
import static io.sluice.ring.simulation.KernelConstants.EAFNOSUPPORT;
import static io.sluice.ring.simulation.KernelConstants.ECONNREFUSED;
import static io.sluice.ring.simulation.KernelConstants.EHOSTUNREACH;
import static io.sluice.ring.simulation.KernelConstants.EINVAL;
import static io.sluice.ring.simulation.KernelConstants.ETIMEDOUT;
import static io.sluice.ring.simulation.KernelConstants.SOCKADDR_IN6_BYTES;
import static io.sluice.ring.simulation.KernelConstants.SOCKADDR_IN_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/** One {@code connect(2)} on its way: SYN sent, answer awaited. */
final class ConnectAttempt {
  /** How long Linux retries by default ({@code tcp_syn_retries}). */
  private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(127);

  private static final int[] FAILURES = {ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH};

  private int result = FileDescription.WOULD_BLOCK;

  ConnectAttempt(SimulatedKernel kernel, SimulatedSocket socket, PendingOperation operation) {
    InetSocketAddress address = parse(operation.memory());
    if (address == null) {
      result = operation.length < SOCKADDR_IN_BYTES ? -EINVAL : -EAFNOSUPPORT;
      return;
    }
    SimulatedPeer peer = kernel.peer(address);
    Dice dice = kernel.dice();
    if (dice.roll(Fault.CONNECT_FAILURE)) {
      int error = FAILURES[dice.below(FAILURES.length)];
      kernel.after(dice.delayNs(), () -> finish(socket, -error));
    } else if (peer == null || peer.isRefusing()) {
      kernel.after(SimulatedKernel.NETWORK_NS, () -> finish(socket, -ECONNREFUSED));
    } else if (peer.isUnreachable()) {
      kernel.after(TIMEOUT_NS, () -> finish(socket, -ETIMEDOUT));
    } else {
      kernel.after(
          2 * SimulatedKernel.NETWORK_NS + peer.acceptDelayNs(),
          () -> {
            if (!socket.isReleased()) {
              peer.accept(socket);
              finish(socket, 0);
            }
          });
    }
  }

  /** 0, {@code -errno}, or {@link FileDescription#WOULD_BLOCK} while the answer is awaited. */
  int result() {
    return result;
  }

  private void finish(SimulatedSocket socket, int finalResult) {
    result = finalResult;
    socket.wake();
  }

  /** Reads a {@code sockaddr_in} or {@code sockaddr_in6}; null when it is neither. */
  private static InetSocketAddress parse(MemorySegment address) {
    if (address.byteSize() < SOCKADDR_IN_BYTES) {
      return null;
    }
    int family = address.get(JAVA_SHORT_UNALIGNED, 0);
    int port = address.get(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 2) & 0xffff;
    byte[] ip;
    if (family == AF_INET) {
      ip = address.asSlice(4, 4).toArray(JAVA_BYTE);
    } else if (family == AF_INET6 && address.byteSize() >= SOCKADDR_IN6_BYTES) {
      ip = address.asSlice(8, 16).toArray(JAVA_BYTE);
    } else {
      return null;
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An IP address of " + ip.length + " bytes is impossible.", e);
    }
  }
}
