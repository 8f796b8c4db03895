package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EINVAL;
import static io.sluice.ring.simulation.KernelConstants.EMFILE;
import static io.sluice.ring.simulation.KernelConstants.POLLIN;

import java.util.ArrayDeque;
import java.util.Deque;

/** A listening socket and the connections that wait for {@code accept}. */
final class SimulatedListener extends FileDescription {
  private final Deque<SimulatedSocket> backlog = new ArrayDeque<>();
  private final int backlogMax;
  private int sendBufferBytes = SimulatedSocket.SEND_BUFFER_DEFAULT_BYTES;
  private boolean closed;

  SimulatedListener(SimulatedKernel kernel, int backlogMax) {
    super(kernel);
    this.backlogMax = backlogMax;
  }

  @Override
  String noun() {
    return "a listening socket";
  }

  /** Accepted sockets inherit it, as with {@code SO_SNDBUF}. */
  void setSendBufferBytes(int bytes) {
    sendBufferBytes = bytes;
  }

  boolean isClosed() {
    return closed;
  }

  boolean isFull() {
    return backlog.size() >= backlogMax;
  }

  /** A connection is established and waits to be accepted. */
  SimulatedSocket enqueue(RemoteEnd remote) {
    SimulatedSocket socket = new SimulatedSocket(kernel);
    socket.setSendBufferBytes(sendBufferBytes);
    socket.establish(remote);
    backlog.add(socket);
    wake();
    return socket;
  }

  @Override
  int execute(PendingOperation operation) {
    return operation.kind == PendingOperation.Kind.ACCEPT
        ? accept(operation)
        : super.execute(operation);
  }

  /** As on Linux the descriptor is taken first: without one it fails though nobody connects. */
  private int accept(PendingOperation operation) {
    if (closed) {
      return -EINVAL;
    }
    if (kernel.descriptors().isFull()) {
      return -EMFILE;
    }
    SimulatedSocket socket = backlog.poll();
    return socket == null ? WOULD_BLOCK : kernel.install(socket, operation);
  }

  @Override
  int pollEvents() {
    return backlog.isEmpty() ? 0 : POLLIN;
  }

  /** {@code shutdown(2)} of a listener: pending accepts end with {@code -EINVAL}. */
  void shutdown() {
    closed = true;
    wake();
    while (!backlog.isEmpty()) {
      backlog.poll().resetRemote();
    }
  }

  @Override
  void onReleased() {
    shutdown();
  }
}
