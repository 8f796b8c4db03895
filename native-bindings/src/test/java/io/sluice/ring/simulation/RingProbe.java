package io.sluice.ring.simulation;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** A kernel, a ring and memory for tests that submit and look at results one after the other. */
final class RingProbe implements AutoCloseable {
  final SimulatedKernel kernel;
  final SimulatedRing ring;
  final Arena arena = Arena.ofConfined();
  final MemorySegment buffer = arena.allocate(1 << 20, 4096);

  RingProbe(long seed, FaultPlan faults) {
    kernel = new SimulatedKernel(seed, faults);
    ring = kernel.openRing();
  }

  int open(SimulatedContent content, String name, int flags) {
    int directoryFd = kernel.openDirectory();
    kernel.addFile(directoryFd, name, new SimulatedFile(content));
    return open(directoryFd, name, flags);
  }

  int open(int directoryFd, String name, int flags) {
    ring.openAt(directoryFd, text(name), flags, 0, 1);
    return result();
  }

  int read(int fd, long address, int length, long offset) {
    ring.read(fd, address, length, offset, 1);
    return result();
  }

  int recv(int fd) {
    ring.recv(fd, buffer.address(), 65_536, 0, 1);
    return result();
  }

  int accept(int listenFd) {
    ring.accept(listenFd, 1);
    return result();
  }

  /** To ::1. */
  int connectV6(int fd, int port) {
    MemorySegment address = arena.allocate(28, 8);
    address.set(JAVA_SHORT, 0, (short) KernelConstants.AF_INET6);
    address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
    address.set(JAVA_BYTE, 23, (byte) 1);
    ring.connect(fd, address.address(), 28, 1);
    return result();
  }

  /** To 10.0.0.7. */
  int connect(int fd, int port) {
    MemorySegment address = arena.allocate(16, 8);
    address.set(JAVA_SHORT, 0, (short) KernelConstants.AF_INET);
    address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
    MemorySegment.copy(new byte[] {10, 0, 0, 7}, 0, address, JAVA_BYTE, 4, 4);
    ring.connect(fd, address.address(), 16, 1);
    return result();
  }

  long text(String text) {
    return arena.allocateFrom(text).address();
  }

  int result() {
    return results(1).values().iterator().next();
  }

  Map<Long, Integer> results(int count) {
    Map<Long, Integer> results = new HashMap<>();
    while (results.size() < count) {
      ring.submitAndWait(count - results.size());
      ring.drain((userData, result, flags) -> results.put(userData, result), count);
    }
    return results;
  }

  @Override
  public void close() {
    arena.close();
  }
}
