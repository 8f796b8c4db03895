package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EAGAIN;
import static io.sluice.ring.simulation.KernelConstants.EMFILE;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** Pipes, and {@code splice(2)} between them and sockets, as a program's thread calls it. */
public final class SimulatedPipes {
  private final SimulatedKernel kernel;
  private final Map<Long, Pipe> pipes = new HashMap<>();
  private long openedCount;

  SimulatedPipes(SimulatedKernel kernel) {
    this.kernel = kernel;
  }

  /** Opens a pipe of this capacity; must be closed. Sometimes there is none to be had. */
  public long open(int bytes) {
    if (kernel.dice().roll(Fault.TOO_MANY_FILES)) {
      return -EMFILE;
    }
    pipes.put(++openedCount, new Pipe(bytes));
    return openedCount;
  }

  /** Closes a pipe; what is in it is lost. */
  public void close(long pipe) {
    find(pipe, "close");
    pipes.remove(pipe);
  }

  /** Moves at most {@code bytes} from a socket into a pipe; 0 at the end of the stream. */
  public int fill(long pipe, int fd, int bytes) {
    Pipe target = find(pipe, "fill");
    int most = Math.min(bytes, target.capacity - target.bytes.size());
    if (most <= 0 || kernel.dice().roll(Fault.TRY_AGAIN)) {
      return -EAGAIN;
    }
    byte[] moved = new byte[most];
    int count = kernel.typed(fd, SimulatedSocket.class).receiveNow(MemorySegment.ofArray(moved));
    if (count > 0) {
      target.bytes.put(MemorySegment.ofArray(moved).asSlice(0, count));
    }
    return count;
  }

  /** Copies bytes from native memory into a pipe, all that fit. */
  public int write(long pipe, long address, int bytes) {
    Pipe target = find(pipe, "write");
    int count = Math.min(bytes, target.capacity - target.bytes.size());
    if (count <= 0) {
      return -EAGAIN;
    }
    target.bytes.put(MemorySegment.ofAddress(address).reinterpret(count));
    return count;
  }

  /** Moves at most {@code bytes} from a pipe to a socket. */
  public int drain(long pipe, int fd, int bytes) {
    Pipe source = find(pipe, "drain");
    if (bytes > source.bytes.size()) {
      throw kernel.violation(
          "drain of " + bytes + " bytes from a pipe with " + source.bytes.size());
    }
    byte[] moved = new byte[bytes];
    source.bytes.peek(MemorySegment.ofArray(moved));
    int count = kernel.typed(fd, SimulatedSocket.class).sendNow(MemorySegment.ofArray(moved));
    if (count > 0) {
      source.bytes.take(MemorySegment.ofArray(moved).asSlice(0, count));
    }
    return count;
  }

  /** Pipes that the code under test should have closed. */
  String leaks() {
    return pipes.isEmpty() ? "" : "  " + pipes.size() + " pipes are still open\n";
  }

  private Pipe find(long pipe, String what) {
    Pipe found = pipes.get(pipe);
    if (found == null) {
      throw kernel.violation(what + " of pipe " + pipe + ", which is not open");
    }
    return found;
  }

  private static final class Pipe {
    final int capacity;
    final ByteQueue bytes = new ByteQueue();

    Pipe(int capacity) {
      this.capacity = capacity;
    }
  }
}
