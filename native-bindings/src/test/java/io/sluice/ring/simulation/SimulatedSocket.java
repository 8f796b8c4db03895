package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EAGAIN;
import static io.sluice.ring.simulation.KernelConstants.ECONNRESET;
import static io.sluice.ring.simulation.KernelConstants.EISCONN;
import static io.sluice.ring.simulation.KernelConstants.ENOTCONN;
import static io.sluice.ring.simulation.KernelConstants.EPIPE;
import static io.sluice.ring.simulation.KernelConstants.POLLERR;
import static io.sluice.ring.simulation.KernelConstants.POLLHUP;
import static io.sluice.ring.simulation.KernelConstants.POLLIN;
import static io.sluice.ring.simulation.KernelConstants.POLLOUT;
import static io.sluice.ring.simulation.KernelConstants.POLLRDHUP;

import java.lang.foreign.MemorySegment;

/**
 * The near end of a TCP connection, with Linux's rules where they surprise: received data can still
 * be read after a reset; the reset is reported once, then {@code recv} returns 0 and {@code send}
 * {@code -EPIPE}; a send that had to wait waits until a third of the buffer is free; closing with
 * unread data resets the connection and drops what was not delivered.
 */
final class SimulatedSocket extends FileDescription {
  static final int SEND_BUFFER_DEFAULT_BYTES = 256 << 10;
  private static final int RECEIVE_BUFFER_BYTES = 64 << 10;

  private final ByteQueue inbound = new ByteQueue();
  private final ByteQueue outbound = new ByteQueue();
  private int sendBufferBytes = SEND_BUFFER_DEFAULT_BYTES;
  private int receiveLowWater = 1;
  private RemoteEnd remote;
  private ConnectAttempt connecting;
  private int pendingError;
  private boolean inboundEnded;
  private boolean receiveShutdown;
  private boolean sendShutdown;
  private boolean dead;
  private boolean resetOnClose;
  private boolean released;

  SimulatedSocket(SimulatedKernel kernel) {
    super(kernel);
  }

  @Override
  String noun() {
    return "a socket";
  }

  void setSendBufferBytes(int bytes) {
    sendBufferBytes = bytes;
  }

  /** The kernel allows no more than half of what fits, or nothing would ever be readable. */
  void setReceiveLowWater(int bytes) {
    receiveLowWater = Math.clamp(bytes, 1, RECEIVE_BUFFER_BYTES / 2);
    wake();
  }

  void resetOnClose() {
    resetOnClose = true;
  }

  /** Bytes that were sent and that the far end has not read ({@code SIOCOUTQ}). */
  int outstandingBytes() {
    return outbound.size();
  }

  boolean isReleased() {
    return released;
  }

  /** Both ends know each other from here on. */
  void establish(RemoteEnd newRemote) {
    remote = newRemote;
  }

  @Override
  int execute(PendingOperation operation) {
    return switch (operation.kind) {
      case RECV -> receive(operation);
      case SEND -> send(operation);
      case CONNECT -> connect(operation);
      default -> super.execute(operation);
    };
  }

  @Override
  int pollEvents() {
    if (remote == null) {
      return connecting == null ? POLLOUT | POLLHUP : 0;
    }
    int events = 0;
    events |= inbound.size() >= receiveLowWater || inboundEnded || dead ? POLLIN : 0;
    events |= isWritable() || dead || sendShutdown ? POLLOUT : 0;
    events |= inboundEnded || dead ? POLLRDHUP : 0;
    events |= pendingError != 0 ? POLLERR : 0;
    events |= dead || (inboundEnded && sendShutdown) ? POLLHUP : 0;
    return events;
  }

  private int connect(PendingOperation operation) {
    if (connecting == null && remote != null) {
      return -EISCONN;
    }
    if (connecting == null) {
      connecting = new ConnectAttempt(kernel, this, operation);
    }
    int result = connecting.result();
    if (result != WOULD_BLOCK) {
      connecting = null;
    }
    return result;
  }

  private int receive(PendingOperation operation) {
    if (operation.length == 0) {
      return 0;
    }
    boolean below = operation.wasBlocked && inbound.size() < receiveLowWater;
    if (inbound.size() > 0 && (!below || inboundEnded || dead)) {
      int count = Math.min(inbound.size(), operation.length);
      if (count > 1 && kernel.dice().roll(Fault.SHORT_RECEIVE)) {
        count = kernel.dice().upTo(count - 1);
      }
      inbound.take(operation.memory().asSlice(0, count));
      remote.onRoom();
      return count;
    }
    if (pendingError != 0) {
      return takeError();
    }
    if (inboundEnded || dead || receiveShutdown) {
      return 0;
    }
    return remote == null ? -ENOTCONN : WOULD_BLOCK;
  }

  private int send(PendingOperation operation) {
    if (pendingError != 0) {
      return takeError();
    }
    if (dead || sendShutdown) {
      return -EPIPE;
    }
    if (remote == null) {
      return -ENOTCONN;
    }
    int room = sendBufferBytes - outbound.size();
    if (operation.length > 0 && (operation.wasBlocked ? !isWritable() : room <= 0)) {
      return WOULD_BLOCK;
    }
    int count = Math.min(room, operation.length);
    if (count > 1 && kernel.dice().roll(Fault.SHORT_SEND)) {
      count = kernel.dice().upTo(count - 1);
    }
    outbound.put(operation.memory().asSlice(0, count));
    remote.onData();
    return count;
  }

  /**
   * {@code splice(2)}: takes what has been received, at most as much as {@code target} holds.
   *
   * @return how many bytes, 0 at the end of the stream, or a negative errno
   */
  int receiveNow(MemorySegment target) {
    if (inbound.size() > 0) {
      int count = (int) Math.min(inbound.size(), target.byteSize());
      if (count > 1 && kernel.dice().roll(Fault.SHORT_RECEIVE)) {
        count = kernel.dice().upTo(count - 1);
      }
      inbound.take(target.asSlice(0, count));
      remote.onRoom();
      return count;
    }
    if (pendingError != 0) {
      return takeError();
    }
    return inboundEnded || dead || receiveShutdown ? 0 : -EAGAIN;
  }

  /**
   * {@code sendfile(2)}: takes what fits of {@code bytes} at once.
   *
   * @return how many, or a negative errno
   */
  int sendNow(MemorySegment bytes) {
    if (pendingError != 0) {
      return takeError();
    }
    if (dead || sendShutdown) {
      return -EPIPE;
    }
    int room = sendBufferBytes - outbound.size();
    if (room <= 0) {
      return -EAGAIN;
    }
    int count = (int) Math.min(room, bytes.byteSize());
    if (count > 1 && kernel.dice().roll(Fault.SHORT_SEND)) {
      count = kernel.dice().upTo(count - 1);
    }
    outbound.put(bytes.asSlice(0, count));
    remote.onData();
    return count;
  }

  private int takeError() {
    int error = pendingError;
    pendingError = 0;
    return -error;
  }

  /** {@code sk_stream_is_writeable}: at least half as much is free as is used. */
  private boolean isWritable() {
    int room = sendBufferBytes - outbound.size();
    return room > 0 && room >= outbound.size() / 2;
  }

  /** {@code shutdown(2)}. */
  void shutdown(boolean receiving, boolean sending) {
    receiveShutdown |= receiving;
    if (sending && !sendShutdown) {
      sendShutdown = true;
      if (remote != null) {
        remote.onData();
      }
    }
    wake();
  }

  /** An accident on the way: both ends see a reset; this operation has already been told. */
  void breakDown() {
    if (remote != null && !dead) {
      resetRemote();
      wake();
    }
  }

  /** Sends RST: what the far end has not read is lost. */
  void resetRemote() {
    dead = true;
    outbound.clear();
    remote.onReset();
  }

  @Override
  void onReleased() {
    released = true;
    if (remote == null || dead) {
      return;
    }
    if (inbound.size() > 0 || resetOnClose) {
      resetRemote();
    } else {
      sendShutdown = true;
      remote.onData();
    }
  }

  /** How many bytes the far end may deliver now. */
  int inboundRoom() {
    return released || receiveShutdown
        ? RECEIVE_BUFFER_BYTES
        : RECEIVE_BUFFER_BYTES - inbound.size();
  }

  /** Bytes from the far end, at most {@link #inboundRoom}; nobody to read them means RST. */
  void deliver(MemorySegment bytes) {
    if (released || receiveShutdown) {
      resetRemote();
      return;
    }
    inbound.put(bytes);
    wake();
  }

  /** FIN from the far end. */
  void deliverEnd() {
    inboundEnded = true;
    wake();
  }

  /** RST from the far end. */
  void deliverReset() {
    if (!dead) {
      dead = true;
      pendingError = inboundEnded ? EPIPE : ECONNRESET;
      outbound.clear();
      wake();
    }
  }

  /** The far end reads: removes as many bytes as {@code target} holds. */
  void takeOutbound(MemorySegment target) {
    outbound.take(target);
    if (isWritable()) {
      wake();
    }
  }

  /** Whether the far end would see the end of the stream now. */
  boolean isOutboundEnded() {
    return sendShutdown && outbound.size() == 0;
  }
}
