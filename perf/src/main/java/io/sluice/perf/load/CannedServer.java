package io.sluice.perf.load;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.linux.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * A server that does nothing but answer: every receive with the same bytes, by one thread for each
 * CPU. What a load generator gets from it is the ceiling of every figure in requests a second that
 * is measured with that generator; for bytes a second there is {@link LoopbackSender}.
 *
 * <p>It expects that each request comes in one piece, which holds for clients on loopback that wait
 * for their answers.
 */
public final class CannedServer implements AutoCloseable {
  // System call numbers and constants of the only processor that the bindings are for, x86-64.
  private static final int NR_SENDTO = 44;
  private static final int NR_RECVFROM = 45;
  private static final int NR_ACCEPT4 = 288;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SHUT_RDWR = 2;

  private static final int BACKLOG = 4096;
  private static final int REQUEST_BYTES_MAX = 4096;
  private static final long LOOK_NS = 100_000_000L;

  private final int listener;
  private final Thread[] threads;
  private final Poller[] pollers;
  private final CountDownLatch started;
  private final byte[] answer;
  private final Queue<Integer> connections = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /**
   * Starts it on a free port of loopback.
   *
   * @param bodyBytes the length of each answer's body
   * @throws LinuxException when there is no port
   * @throws InterruptedException when this thread is interrupted
   */
  public CannedServer(int bodyBytes) throws InterruptedException {
    byte[] head =
        ("HTTP/1.1 200 OK\r\nContent-Length: " + bodyBytes + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    answer = Arrays.copyOf(head, head.length + bodyBytes);
    listener = Sockets.listenTcp(new InetSocketAddress("127.0.0.1", 0), 0, 0, BACKLOG);
    int processors = Runtime.getRuntime().availableProcessors();
    pollers = new Poller[processors];
    threads = new Thread[processors + 1];
    started = new CountDownLatch(processors);
    for (int i = 0; i < processors; i++) {
      int number = i;
      threads[i] = start("canned-" + i, () -> serve(number));
    }
    started.await();
    threads[processors] = start("canned-accept", this::accept);
  }

  private static Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /**
   * Where it listens.
   *
   * @return the address
   */
  public InetSocketAddress address() {
    return Sockets.localAddress(listener);
  }

  private void accept() {
    CallState state = CallState.ofThread();
    for (int count = 0; !closed; count++) {
      int fd = (int) Linux.syscall(state, NR_ACCEPT4, listener, 0, 0, SOCK_CLOEXEC, 0, 0);
      if (fd < 0) {
        return;
      }
      connections.add(fd);
      pollers[count % pollers.length].add(fd, fd);
    }
  }

  private void serve(int number) {
    try (Arena arena = Arena.ofConfined();
        Poller poller = new Poller()) {
      pollers[number] = poller;
      started.countDown();
      CallState state = new CallState(arena);
      MemorySegment request = arena.allocate(REQUEST_BYTES_MAX);
      MemorySegment bytes = arena.allocate(answer.length);
      MemorySegment.copy(answer, 0, bytes, JAVA_BYTE, 0, answer.length);
      while (!closed) {
        int ready = poller.await(LOOK_NS);
        for (int i = 0; i < ready; i++) {
          if (!answered(state, poller.id(i), request, bytes)) {
            poller.remove(poller.id(i));
          }
        }
      }
    }
  }

  /** Answers once; false when the client is gone. */
  private static boolean answered(
      CallState state, int fd, MemorySegment request, MemorySegment bytes) {
    long address = request.address();
    long received = Linux.syscall(state, NR_RECVFROM, fd, address, REQUEST_BYTES_MAX, 0, 0, 0);
    for (long sent = 0; received > 0 && sent < bytes.byteSize(); ) {
      long left = bytes.byteSize() - sent;
      long result =
          Linux.syscall(state, NR_SENDTO, fd, bytes.address() + sent, left, MSG_NOSIGNAL, 0, 0);
      if (result <= 0) {
        return false;
      }
      sent += result;
    }
    return received > 0;
  }

  /** Stops serving and closes all connections; returns when its threads have ended. */
  @Override
  public void close() {
    closed = true;
    Linux.shutdown(CallState.ofThread(), listener, SHUT_RDWR);
    ThreadEnds.await(List.of(threads));
    Descriptors.close(listener);
    connections.forEach(Descriptors::close);
  }
}
