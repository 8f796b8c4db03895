package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EAGAIN;
import static io.sluice.ring.simulation.KernelConstants.ECANCELED;
import static io.sluice.ring.simulation.KernelConstants.EINTR;
import static io.sluice.ring.simulation.KernelConstants.ENOMEM;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.ring.CompletionHandler;
import io.sluice.ring.Ring;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The smallest honest program on a ring, to test the simulator with: reads a path that ends in a
 * newline, sends the file with O_DIRECT reads, and waits for the next. With an empty path it echoes
 * everything from then on.
 */
final class BlockServer implements CompletionHandler {
  private static final int CONNECTIONS_MAX = 16;
  private static final int BLOCK_BYTES = 16 << 10;
  private static final int PATH_BYTES = 256;
  private static final int DIRECT_ALIGNMENT = 512;
  private static final long STATX_SIZE = 40;
  private static final int SLOT_SHIFT = 8;
  private static final int ACCEPT_SLOT = CONNECTIONS_MAX;

  private enum Step {
    RECEIVE,
    STATX,
    OPEN,
    READ,
    SEND,
    ECHO_RECEIVE,
    ECHO_SEND,
    CLOSE_FILE,
    CLOSE
  }

  private final Ring ring;
  private final int listenFd;
  private final int directoryFd;
  private final MemorySegment blocks;
  private final MemorySegment paths;
  private final MemorySegment records;
  private final Connection[] connections = new Connection[CONNECTIONS_MAX];
  private final Deque<Integer> freeSlots = new ArrayDeque<>();
  private boolean accepting;
  private boolean stopping;
  private int strayCloses;

  BlockServer(Ring ring, int listenFd, int directoryFd, Arena arena) {
    this.ring = ring;
    this.listenFd = listenFd;
    this.directoryFd = directoryFd;
    this.blocks = arena.allocate((long) CONNECTIONS_MAX * BLOCK_BYTES, 4096);
    this.paths = arena.allocate((long) CONNECTIONS_MAX * PATH_BYTES);
    this.records = arena.allocate((long) CONNECTIONS_MAX * KernelConstants.STATX_BYTES, 8);
    for (int slot = 0; slot < CONNECTIONS_MAX; slot++) {
      freeSlots.add(slot);
    }
    accept();
  }

  /** One turn of the loop. */
  void turn() {
    ring.submitAndWait(1);
    ring.drain(this, 4);
  }

  boolean isIdle() {
    return freeSlots.size() == CONNECTIONS_MAX;
  }

  /** Stops accepting; turn until {@link #isStopped}. */
  void stop() {
    stopping = true;
    if (accepting) {
      ring.cancel((long) ACCEPT_SLOT << SLOT_SHIFT, -1);
    }
  }

  boolean isStopped() {
    return !accepting && isIdle() && strayCloses == 0;
  }

  @Override
  public void onCompletion(long userData, int result, int flags) {
    if (userData == -1) {
      return;
    }
    if (userData == -2) {
      strayCloses--;
      return;
    }
    int slot = (int) (userData >>> SLOT_SHIFT);
    if (slot == ACCEPT_SLOT) {
      onAccept(result);
    } else {
      onStep(connections[slot], result);
    }
  }

  private void accept() {
    accepting = true;
    ring.accept(listenFd, (long) ACCEPT_SLOT << SLOT_SHIFT);
  }

  private void onAccept(int result) {
    accepting = false;
    if (result >= 0 && stopping) {
      strayCloses++;
      ring.close(result, -2);
    } else if (result >= 0) {
      Connection connection = new Connection(freeSlots.poll(), result);
      connections[connection.slot] = connection;
      submit(connection, Step.RECEIVE);
    }
    if (!stopping && !freeSlots.isEmpty()) {
      accept();
    }
  }

  private void onStep(Connection connection, int result) {
    if (isTransient(result)) {
      submit(connection, connection.step);
    } else if (result < 0) {
      end(connection);
    } else {
      advance(connection, result);
    }
  }

  private void advance(Connection connection, int result) {
    switch (connection.step) {
      case RECEIVE -> onReceived(connection, result);
      case STATX -> {
        connection.size = records.get(JAVA_LONG, record(connection) + STATX_SIZE);
        submit(connection, Step.OPEN);
      }
      case OPEN -> {
        connection.fileFd = result;
        connection.position = 0;
        submit(connection, Step.READ);
      }
      case READ -> onRead(connection, result);
      case SEND -> onSent(connection, result);
      case ECHO_RECEIVE -> {
        connection.length = result;
        connection.sent = 0;
        submit(connection, result == 0 ? Step.CLOSE : Step.ECHO_SEND);
      }
      case ECHO_SEND -> {
        connection.sent += result;
        submit(
            connection, connection.sent == connection.length ? Step.ECHO_RECEIVE : Step.ECHO_SEND);
      }
      case CLOSE_FILE -> {
        connection.fileFd = -1;
        connection.length = 0;
        submit(connection, connection.ending ? Step.CLOSE : Step.RECEIVE);
      }
      case CLOSE -> {
        connections[connection.slot] = null;
        freeSlots.add(connection.slot);
        if (!accepting && !stopping) {
          accept();
        }
      }
    }
  }

  private void onReceived(Connection connection, int result) {
    connection.length += result;
    MemorySegment path = path(connection);
    if (result == 0 || connection.length == PATH_BYTES) {
      end(connection);
    } else if (path.get(JAVA_BYTE, connection.length - 1) != '\n') {
      submit(connection, Step.RECEIVE);
    } else if (connection.length == 1) {
      submit(connection, Step.ECHO_RECEIVE);
    } else {
      path.set(JAVA_BYTE, connection.length - 1, (byte) 0);
      submit(connection, Step.STATX);
    }
  }

  /** Nothing to read before the size is reached: the file shrank. */
  private void onRead(Connection connection, int result) {
    connection.length = result;
    connection.sent = 0;
    if (result == 0) {
      end(connection);
    } else {
      submit(connection, Step.SEND);
    }
  }

  /** A short aligned read goes on behind it; an unaligned one was the end of the file. */
  private void onSent(Connection connection, int result) {
    connection.sent += result;
    long position = connection.position + connection.sent;
    if (connection.sent < connection.length) {
      submit(connection, Step.SEND);
    } else if (position == connection.size) {
      submit(connection, Step.CLOSE_FILE);
    } else if (position % DIRECT_ALIGNMENT == 0) {
      connection.position = position;
      submit(connection, Step.READ);
    } else {
      end(connection);
    }
  }

  private void end(Connection connection) {
    connection.ending = true;
    submit(connection, connection.fileFd >= 0 ? Step.CLOSE_FILE : Step.CLOSE);
  }

  private void submit(Connection connection, Step step) {
    connection.step = step;
    long userData = (long) connection.slot << SLOT_SHIFT | step.ordinal();
    long path = path(connection).address();
    long block = blocks.address() + (long) connection.slot * BLOCK_BYTES;
    int left = connection.length - connection.sent;
    switch (step) {
      case RECEIVE ->
          ring.recv(
              connection.fd, path + connection.length, PATH_BYTES - connection.length, 0, userData);
      case STATX -> {
        long record = records.address() + record(connection);
        ring.statx(directoryFd, path, 0, 0, record, userData);
      }
      case OPEN -> ring.openAt(directoryFd, path, KernelConstants.O_DIRECT, 0, userData);
      case READ -> ring.read(connection.fileFd, block, BLOCK_BYTES, connection.position, userData);
      case SEND, ECHO_SEND -> ring.send(connection.fd, block + connection.sent, left, 0, userData);
      case ECHO_RECEIVE -> ring.recv(connection.fd, block, BLOCK_BYTES, 0, userData);
      case CLOSE_FILE -> ring.close(connection.fileFd, userData);
      case CLOSE -> ring.close(connection.fd, userData);
    }
  }

  private MemorySegment path(Connection connection) {
    return paths.asSlice((long) connection.slot * PATH_BYTES, PATH_BYTES);
  }

  private static long record(Connection connection) {
    return (long) connection.slot * KernelConstants.STATX_BYTES;
  }

  private static boolean isTransient(int result) {
    return result == -EAGAIN || result == -EINTR || result == -ENOMEM || result == -ECANCELED;
  }

  /** One accepted connection; at most one operation of it is in flight. */
  private static final class Connection {
    final int slot;
    final int fd;
    Step step;
    int fileFd = -1;
    int length;
    int sent;
    long size;
    long position;
    boolean ending;

    Connection(int slot, int fd) {
      this.slot = slot;
      this.fd = fd;
    }
  }
}
