package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.sluice.linux.generated.Libc;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code sendfile(2)} as the server uses it: from a real file to a socket that does not wait. */
@Tag("kernel")
class SendFileTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int BLOB_BYTES = 1_000_000;
  private static final int NR_SOCKETPAIR = 53;
  private static final int AF_UNIX = 1;
  private static final int O_WRONLY = 1;
  private static final int ROUNDS = 20_000;
  private static final int WARM_UP_ATTEMPTS = 50;

  private CachedFile file;
  private PageCache cache;
  private CallState state;
  private int near;
  private int far;

  @BeforeEach
  void open() throws IOException {
    file = CachedFile.create(BLOB_BYTES);
    cache = new PageCache(file.arena, false);
    state = new CallState(file.arena);
    MemorySegment pair = file.arena.allocate(JAVA_INT, 2);
    int type = Libc.SOCK_STREAM() | Libc.SOCK_NONBLOCK() | Libc.SOCK_CLOEXEC();
    assertEquals(0, Linux.syscall(state, NR_SOCKETPAIR, AF_UNIX, type, 0, pair.address(), 0, 0));
    near = pair.get(JAVA_INT, 0);
    far = pair.get(JAVA_INT, Integer.BYTES);
  }

  @AfterEach
  void close() throws IOException {
    Descriptors.close(near);
    Descriptors.close(far);
    file.close();
  }

  @Test
  void sendsTheBytesOfTheRange() {
    assertEquals(20_000, cache.send(near, file.fd, 777, 20_000));
    assertReceives(777, 20_000);
  }

  @Test
  void sendsWhatIsNotResidentAsWell() {
    file.drop();
    assertEquals(20_000, cache.send(near, file.fd, 777, 20_000));
    assertReceives(777, 20_000);
  }

  @Test
  void aSocketThatIsFullTakesALittleAndThenNothing() {
    int sent = 0;
    int result = cache.send(near, file.fd, 0, BLOB_BYTES);
    while (result > 0) {
      sent += result;
      result = cache.send(near, file.fd, sent, BLOB_BYTES - sent);
    }
    assertEquals(-Errno.EAGAIN, result);
    assertTrue(sent > 0 && sent < BLOB_BYTES, sent + " bytes");
    assertReceives(0, sent);
    assertTrue(cache.send(near, file.fd, sent, BLOB_BYTES - sent) > 0);
  }

  @Test
  void theEndOfTheFileIsZero() throws IOException {
    assertEquals(100, cache.send(near, file.fd, BLOB_BYTES - 100, 4096));
    assertReceives(BLOB_BYTES - 100, 100);
    assertEquals(0, cache.send(near, file.fd, BLOB_BYTES, 4096));
    assertEquals(0, cache.send(near, file.fd, 2L * BLOB_BYTES, 4096));
    file.truncate(5000);
    assertEquals(904, cache.send(near, file.fd, 4096, 100_000));
    assertReceives(4096, 904);
    assertEquals(0, cache.send(near, file.fd, 5000, 1));
  }

  /** As an errno: the runtime ignores {@code SIGPIPE}. */
  @Test
  void aClientThatHasGoneIsABrokenPipe() {
    Descriptors.close(far);
    assertEquals(-Errno.EPIPE, cache.send(near, file.fd, 0, 4096));
  }

  @Test
  void saysWhatIsWrong() {
    int directory = Descriptors.openDirectory(file.path.getParent());
    int writeOnly = Descriptors.open(file.path, O_WRONLY);
    assertEquals(-Errno.EBADF, cache.send(-1, file.fd, 0, 1));
    assertEquals(-Errno.EBADF, cache.send(near, -1, 0, 1));
    assertEquals(-Errno.EBADF, cache.send(near, writeOnly, 0, 1));
    assertEquals(-Errno.EBADF, cache.send(file.fd, file.fd, 0, 1));
    assertEquals(-Errno.EINVAL, cache.send(near, file.fd, -1, 1));
    assertTrue(cache.send(near, directory, 0, 1) < 0);
    Descriptors.close(directory);
    Descriptors.close(writeOnly);
  }

  @Test
  void nothingIsAllocated() {
    for (boolean cachestat : new boolean[] {true, false}) {
      PageCache asked = new PageCache(file.arena, cachestat);
      long allocated = -1;
      // Until it is compiled the linker allocates 40 bytes for each call that captures errno.
      for (int i = 0; i < WARM_UP_ATTEMPTS && allocated != 0; i++) {
        allocated = allocatedWhileAsking(asked);
      }
      assertEquals(0, allocatedWhileAsking(asked), "bytes, with cachestat " + cachestat);
    }
  }

  private long allocatedWhileAsking(PageCache asked) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int round = 0; round < ROUNDS; round++) {
      asked.isResident(file.fd, round, 4096);
      asked.read(file.fd, file.memory.address(), 64, round);
      asked.send(near, file.fd, round, 64);
      Linux.read(state, far, file.memory, 64);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private void assertReceives(int offset, int length) {
    int received = 0;
    while (received < length) {
      long read = Linux.read(state, far, file.memory.asSlice(received), length - received);
      assertTrue(read > 0, () -> Errno.name((int) -read));
      received += (int) read;
    }
    byte[] expected = Arrays.copyOfRange(file.content, offset, offset + length);
    assertArrayEquals(expected, file.memory.asSlice(0, length).toArray(JAVA_BYTE));
  }
}
