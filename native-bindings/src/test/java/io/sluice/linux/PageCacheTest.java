package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.linux.generated.Libc;
import io.sluice.ring.UringFeature;
import io.sluice.ring.UringFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways to ask the kernel what it has in memory, on files of a real file system. */
@Tag("kernel")
@ParameterizedClass
@ValueSource(booleans = {true, false})
class PageCacheTest {
  private static final int KIB = 1024;
  private static final int PAGE = 4 * KIB;
  private static final int STRIDE = PageCache.PROBE_STRIDE_BYTES;
  private static final int BLOB_BYTES = 8 * STRIDE + 1000;
  private static final int NOBODY = 65_534;
  private static final int NR_SETFSUID = 122;
  private static final int O_WRONLY = 1;

  private final boolean cachestat;
  private CachedFile file;
  private PageCache cache;

  PageCacheTest(boolean cachestat) {
    this.cachestat = cachestat;
  }

  @BeforeEach
  void open() throws IOException {
    assumeTrue(
        !cachestat || UringFeatures.probe().isSupported(UringFeature.CACHESTAT),
        "this kernel has no cachestat(2)");
    file = CachedFile.create(BLOB_BYTES);
    cache = new PageCache(file.arena, cachestat);
  }

  @AfterEach
  void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  private boolean isResident(long offset, long length) {
    return cache.isResident(file.fd, offset, length);
  }

  @Test
  void whatWasJustWrittenIsResident() {
    assertTrue(isResident(0, BLOB_BYTES));
    assertTrue(isResident(BLOB_BYTES - 1, 1));
    assertTrue(isResident(12_345, 54_321));
  }

  @Test
  void whatWasDroppedIsNot() {
    file.drop();
    assertFalse(isResident(0, BLOB_BYTES));
    assertFalse(isResident(0, 1));
    assertFalse(isResident(BLOB_BYTES - 1, 1));
  }

  /** A read with {@code RWF_NOWAIT} alone does: the kernel begins to read ahead. */
  @Test
  void askingBringsNothingIn() {
    file.drop();
    for (int attempts = 0; attempts < 3; attempts++) {
      for (int at = 0; at < BLOB_BYTES; at += PAGE) {
        assertFalse(isResident(at, 1));
      }
    }
  }

  @Test
  void rangesOfAnyLengthAreJudged() throws IOException {
    int pages = 2 * PageCache.MAPPED_PAGES + 1;
    try (CachedFile large = CachedFile.create(pages * PAGE)) {
      assertTrue(cache.isResident(large.fd, 0, pages * PAGE));
      large.drop();
      large.load(0, (pages - 1) * PAGE);
      assertTrue(cache.isResident(large.fd, 0, PageCache.MAPPED_PAGES * PAGE));
      assertTrue(cache.isResident(large.fd, 0, (pages - 1) * PAGE));
      assertFalse(cache.isResident(large.fd, 0, pages * PAGE));
    }
  }

  @Test
  void aRangeWithAHoleIsNotButItsEndsAre() {
    file.drop();
    file.load(0, 2 * STRIDE);
    file.load(3 * STRIDE, BLOB_BYTES - 3 * STRIDE);
    assertTrue(isResident(0, 2 * STRIDE));
    assertTrue(isResident(3 * STRIDE, BLOB_BYTES - 3 * STRIDE));
    assertFalse(isResident(0, BLOB_BYTES));
    assertFalse(isResident(2 * STRIDE - 1, 2));
    assertFalse(isResident(2 * STRIDE, STRIDE));
    assertFalse(isResident(STRIDE + 100, STRIDE));
    assertFalse(isResident(3 * STRIDE - 1, STRIDE));
  }

  @Test
  void aRangeOfAFewBytesIsJudgedByItsPages() {
    file.drop();
    file.load(0, PAGE);
    assertTrue(isResident(PAGE - 1, 1));
    assertTrue(isResident(1, PAGE - 1));
    assertFalse(isResident(PAGE - 1, 2));
    assertFalse(isResident(PAGE, 1));
  }

  @Test
  void aHoleOfOnePageIsSeen() {
    file.drop();
    file.load(0, 2 * PAGE);
    file.load(3 * PAGE, STRIDE - 3 * PAGE);
    assertFalse(isResident(0, STRIDE));
    assertFalse(isResident(2 * PAGE, PAGE));
    assertTrue(isResident(3 * PAGE, STRIDE - 3 * PAGE));
  }

  @Test
  void nothingIsResidentBehindTheEnd() {
    assertFalse(isResident(BLOB_BYTES + PAGE, 1));
    assertFalse(isResident(BLOB_BYTES + PAGE, STRIDE));
    assertFalse(isResident(0, BLOB_BYTES + STRIDE));
    assertFalse(isResident(Long.MAX_VALUE - STRIDE, STRIDE));
  }

  @Test
  void whatWasCutOffIsNotResident() throws IOException {
    file.truncate(2 * STRIDE);
    assertTrue(isResident(0, 2 * STRIDE));
    assertFalse(isResident(2 * STRIDE, STRIDE));
    assertFalse(isResident(0, 3 * STRIDE));
  }

  @Test
  void aHoleInTheFileIsNotResidentUntilItWasRead() throws IOException {
    file.truncate(0);
    file.truncate(BLOB_BYTES);
    assertFalse(isResident(0, BLOB_BYTES));
    file.load(0, BLOB_BYTES);
    assertTrue(isResident(0, BLOB_BYTES));
  }

  @Test
  void whereTheKernelCannotTellNothingIsResident() {
    assertFalse(cache.isResident(-1, 0, 1));
    int directory = Descriptors.openDirectory(Path.of("target"));
    int writeOnly = Descriptors.open(file.path, O_WRONLY);
    int process = Descriptors.open(Path.of("/proc/self/status"), Libc.O_RDONLY());
    assertFalse(cache.isResident(directory, 0, PAGE));
    assertFalse(cache.isResident(process, 0, 1));
    assertTrue(cache.read(directory, file.memory.address(), 1, 0) < 0);
    assertEquals(-Errno.EOPNOTSUPP, cache.read(process, file.memory.address(), 1, 0));
    assertEquals(-Errno.EBADF, cache.read(writeOnly, file.memory.address(), 1, 0));
    Descriptors.close(directory);
    Descriptors.close(writeOnly);
    Descriptors.close(process);
  }

  /** The kernel answers {@code cachestat(2)} and {@code mincore(2)} to who might write the file. */
  @Test
  @Tag("root")
  void aFileOfSomebodyElseIsJudgedByReading() {
    assumeTrue("root".equals(System.getProperty("user.name")), "this test needs root");
    CallState state = CallState.ofThread();
    Linux.syscall(state, NR_SETFSUID, NOBODY, 0, 0, 0, 0, 0);
    try {
      assertTrue(isResident(0, BLOB_BYTES));
      file.drop();
      file.load(0, STRIDE);
      assertTrue(isResident(0, STRIDE));
      assertFalse(isResident(0, 2 * STRIDE));
    } finally {
      Linux.syscall(state, NR_SETFSUID, 0, 0, 0, 0, 0, 0);
    }
  }

  @Test
  void readGivesWhatIsThere() {
    assertEquals(20_000, cache.read(file.fd, file.memory.address(), 20_000, 777));
    assertMemory(777, 20_000);
  }

  @Test
  void readDoesNotWaitForTheDisk() {
    file.drop();
    assertEquals(-Errno.EAGAIN, cache.read(file.fd, file.memory.address(), PAGE, 0));
    file.load(0, 3 * PAGE);
    assertEquals(3 * PAGE - 100, cache.read(file.fd, file.memory.address(), STRIDE, 100));
    assertMemory(100, 3 * PAGE - 100);
  }

  @Test
  void readEndsWithTheFile() {
    assertEquals(100, cache.read(file.fd, file.memory.address(), PAGE, BLOB_BYTES - 100));
    assertMemory(BLOB_BYTES - 100, 100);
    assertEquals(0, cache.read(file.fd, file.memory.address(), PAGE, BLOB_BYTES));
    // Linux 5.10 looks for the page first.
    int beyond = cache.read(file.fd, file.memory.address(), PAGE, 2L * BLOB_BYTES);
    assertTrue(beyond == 0 || beyond == -Errno.EAGAIN, () -> "result " + beyond);
  }

  @Test
  void readSaysWhatIsWrong() {
    assertEquals(-Errno.EBADF, cache.read(-1, file.memory.address(), 1, 0));
    assertEquals(-Errno.EFAULT, cache.read(file.fd, PAGE, 1, 0));
  }

  private void assertMemory(int offset, int length) {
    byte[] expected = Arrays.copyOfRange(file.content, offset, offset + length);
    assertArrayEquals(expected, file.memory.asSlice(0, length).toArray(JAVA_BYTE));
  }
}
