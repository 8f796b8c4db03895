package io.sluice.server.loop;

import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The read of an eventfd through which other threads wake a loop that waits for its ring. */
final class WakeUp {
  /** Memory that this takes, from offset 0 of what it is given. */
  static final int BYTES = 64;

  private static final int OP_WAKE = 0x01;
  private static final int OP_SIGNAL = 0x04;

  private static final int READ_OFFSET = 0;
  private static final int SIGNAL_OFFSET = 8;

  private final Ring ring;
  private final int fd;
  private final MemorySegment memory;
  private boolean stopped;

  WakeUp(Ring ring, int fd, MemorySegment memory) {
    this.ring = ring;
    this.fd = fd;
    this.memory = memory;
  }

  /** Begins to wait for somebody's call. */
  void await() {
    long address = memory.address() + READ_OFFSET;
    ring.read(fd, address, Long.BYTES, 0, UserData.pack(OP_WAKE, 0, 0));
  }

  void onCompletion(int operation, int result) {
    if (operation == OP_WAKE && !stopped) {
      await();
    } else if (operation == OP_SIGNAL && result < 0) {
      signal();
    }
  }

  /** Ends the wait by a call of its own; cancelling a read may come too early. */
  void stop() {
    stopped = true;
    signal();
  }

  private void signal() {
    memory.set(ValueLayout.JAVA_LONG, SIGNAL_OFFSET, 1);
    long address = memory.address() + SIGNAL_OFFSET;
    ring.write(fd, address, Long.BYTES, UserData.pack(OP_SIGNAL, 0, 0));
  }
}
