package io.sluice.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sluice.linux.Descriptors;
import io.sluice.linux.Errno;
import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.statx;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server relies on when it reads files through the ring. */
@Tag("kernel")
@ParameterizedClass
@EnumSource(RingConfiguration.class)
class FileBehaviourTest {
  private static final int BLOCK_BYTES = 4096;

  private final RingConfiguration configuration;
  private RingFixture fixture;
  private IoUring ring;
  private Path directory;

  FileBehaviourTest(RingConfiguration configuration) {
    this.configuration = configuration;
  }

  @BeforeEach
  void open() throws IOException {
    fixture = new RingFixture(configuration);
    ring = fixture.ring;
    // Not where temporary files usually are: tmpfs refuses O_DIRECT.
    directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "files");
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Test
  void directReadReturnsTheBytesOfTheFile() throws IOException {
    byte[] content = write("blob", 256 * 1024);
    int fd = openDirect("blob");

    assertEquals(64 * 1024, read(fd, 0, 64 * 1024, 128 * 1024));

    assertContent(Arrays.copyOfRange(content, 128 * 1024, 192 * 1024));
    close(fd);
  }

  @Test
  void directReadIntoTheMiddleOfMemoryTouchesNothingElse() throws IOException {
    byte[] content = write("blob", 2 * BLOCK_BYTES);
    int fd = openDirect("blob");
    fixture.buffer().fill((byte) 7);

    assertEquals(BLOCK_BYTES, read(fd, BLOCK_BYTES, BLOCK_BYTES, BLOCK_BYTES));

    assertEquals(7, fixture.buffer().get(JAVA_BYTE, BLOCK_BYTES - 1));
    assertEquals(content[BLOCK_BYTES], fixture.buffer().get(JAVA_BYTE, BLOCK_BYTES));
    assertEquals(7, fixture.buffer().get(JAVA_BYTE, 2 * BLOCK_BYTES));
    close(fd);
  }

  @Test
  void directReadAcrossTheEndIsShort() throws IOException {
    byte[] content = write("blob", 2 * BLOCK_BYTES + 1808);
    int fd = openDirect("blob");

    assertEquals(BLOCK_BYTES + 1808, read(fd, 0, 4 * BLOCK_BYTES, BLOCK_BYTES));

    assertContent(Arrays.copyOfRange(content, BLOCK_BYTES, content.length));
    close(fd);
  }

  @Test
  void directReadBehindTheEndReturnsZero() throws IOException {
    write("blob", BLOCK_BYTES);
    int fd = openDirect("blob");
    assertEquals(0, read(fd, 0, BLOCK_BYTES, 4 * BLOCK_BYTES));
    close(fd);
  }

  @Test
  void directReadAtAnUnalignedPositionIsInvalid() throws IOException {
    write("blob", 4 * BLOCK_BYTES);
    int fd = openDirect("blob");
    assertEquals(-Errno.EINVAL, read(fd, 0, BLOCK_BYTES, 100));
    close(fd);
  }

  @Test
  void directReadOfAnUnalignedLengthIsInvalid() throws IOException {
    write("blob", 4 * BLOCK_BYTES);
    int fd = openDirect("blob");
    assertEquals(-Errno.EINVAL, read(fd, 0, 1000, 0));
    close(fd);
  }

  @Test
  void readIntoWhatIsNotMappedIsRefused() throws IOException {
    write("blob", BLOCK_BYTES);
    int fd = openDirect("blob");
    long userData = fixture.nextUserData();
    ring.read(fd, BLOCK_BYTES, BLOCK_BYTES, 0, userData);
    assertEquals(-Errno.EFAULT, fixture.await(userData));
    close(fd);
  }

  @Test
  void bufferedReadTakesAnyPositionAndLength() throws IOException {
    byte[] content = write("blob", 10_000);
    int fd = open("blob", 0);
    long userData = fixture.nextUserData();
    ring.read(fd, fixture.bufferAddress() + 1, 999, 777, userData);

    assertEquals(999, fixture.await(userData));

    byte[] read = fixture.buffer().asSlice(1, 999).toArray(JAVA_BYTE);
    assertArrayEquals(Arrays.copyOfRange(content, 777, 1776), read);
    close(fd);
  }

  @Test
  void positionsBeyondFourGibibytesAreReached() throws IOException {
    long end = (5L << 30) + BLOCK_BYTES;
    try (RandomAccessFile sparse = new RandomAccessFile(directory.resolve("big").toFile(), "rw")) {
      sparse.setLength(end);
      sparse.seek(end - BLOCK_BYTES);
      sparse.write(42);
    }
    int fd = openDirect("big");
    assertEquals(BLOCK_BYTES, read(fd, 0, 2 * BLOCK_BYTES, end - BLOCK_BYTES));
    assertEquals(42, fixture.buffer().get(JAVA_BYTE, 0));
    close(fd);
  }

  @Test
  void truncatedFileGivesShortReads() throws IOException {
    write("blob", 8 * BLOCK_BYTES);
    int fd = openDirect("blob");
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve("blob").toFile(), "rw")) {
      file.setLength(BLOCK_BYTES + 10);
    }
    assertEquals(BLOCK_BYTES + 10, read(fd, 0, 4 * BLOCK_BYTES, 0));
    assertEquals(0, read(fd, 0, 4 * BLOCK_BYTES, 4 * BLOCK_BYTES));
    close(fd);
  }

  @Test
  void unlinkedFileStaysReadableWithoutALink() throws IOException {
    byte[] content = write("blob", BLOCK_BYTES);
    int fd = openDirect("blob");
    Files.delete(directory.resolve("blob"));

    assertEquals(BLOCK_BYTES, read(fd, 0, BLOCK_BYTES, 0));
    assertContent(content);
    assertEquals(0, statx(fd, "", Libc.AT_EMPTY_PATH()));
    assertEquals(0, statx.stx_nlink(fixture.statx()));
    close(fd);
  }

  @Test
  void statxTellsSizeAndLinksOfAPath() throws IOException {
    write("blob", 12_345);
    assertEquals(0, statx(Libc.AT_FDCWD(), directory.resolve("blob").toString(), 0));
    assertEquals(12_345, statx.stx_size(fixture.statx()));
    assertEquals(1, statx.stx_nlink(fixture.statx()));
    assertEquals(Libc.S_IFREG(), statx.stx_mode(fixture.statx()) & Libc.S_IFMT());
  }

  @Test
  void statxTellsTheAlignmentForDirectReadsWhereTheKernelKnowsIt() throws IOException {
    write("blob", BLOCK_BYTES);
    assertEquals(0, statx(Libc.AT_FDCWD(), directory.resolve("blob").toString(), 0));
    if ((statx.stx_mask(fixture.statx()) & Libc.STATX_DIOALIGN()) != 0) {
      int alignmentBytes = statx.stx_dio_offset_align(fixture.statx());
      assertTrue(alignmentBytes == 0 || Integer.bitCount(alignmentBytes) == 1);
    }
  }

  @Test
  void statxOfNothingIsNoEntry() {
    assertEquals(-Errno.ENOENT, statx(Libc.AT_FDCWD(), directory.resolve("nothing").toString(), 0));
  }

  @Test
  void openReportsWhatIsMissing() throws IOException {
    write("blob", 1);
    assertEquals(-Errno.ENOENT, openResult(Libc.AT_FDCWD(), path("nothing"), 0));
    assertEquals(-Errno.ENOTDIR, openResult(Libc.AT_FDCWD(), path("blob/below"), 0));
  }

  @Test
  void openDoesNotFollowALinkWhenTold() throws IOException {
    write("blob", 1);
    Files.createSymbolicLink(directory.resolve("link"), Path.of("blob"));
    assertEquals(-Errno.ELOOP, openResult(Libc.AT_FDCWD(), path("link"), Libc.O_NOFOLLOW()));
  }

  @Test
  void openIsRelativeToADirectory() throws IOException {
    write("blob", 1);
    int directoryFd = Descriptors.openDirectory(directory);
    int fd = openResult(directoryFd, "blob", 0);
    assertTrue(fd >= 0);
    close(fd);
    close(directoryFd);
  }

  @Test
  void adviceIsTaken() throws IOException {
    write("blob", BLOCK_BYTES);
    int fd = open("blob", 0);
    long userData = fixture.nextUserData();
    ring.fadvise(fd, 0, BLOCK_BYTES, Libc.POSIX_FADV_DONTNEED(), userData);
    assertEquals(0, fixture.await(userData));
    close(fd);
  }

  @Test
  void closedDescriptorIsBad() throws IOException {
    write("blob", BLOCK_BYTES);
    int fd = openDirect("blob");
    close(fd);
    assertEquals(-Errno.EBADF, read(fd, 0, BLOCK_BYTES, 0));
  }

  @Test
  void severalReadsOfOneFileAreInFlightTogether() throws IOException {
    byte[] content = write("blob", 16 * BLOCK_BYTES);
    int fd = openDirect("blob");
    long[] userData = new long[16];
    for (int i = 0; i < 16; i++) {
      userData[i] = fixture.nextUserData();
      long position = (long) i * BLOCK_BYTES;
      ring.read(fd, fixture.bufferAddress() + position, BLOCK_BYTES, position, userData[i]);
    }
    for (long one : userData) {
      assertEquals(BLOCK_BYTES, fixture.await(one));
    }
    assertContent(content);
    close(fd);
  }

  private byte[] write(String name, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    Files.write(directory.resolve(name), content);
    return content;
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private int openDirect(String name) {
    int fd = openResult(Libc.AT_FDCWD(), path(name), Libc.O_DIRECT());
    assumeFalse(fd == -Errno.EINVAL, "the file system of target/ refuses O_DIRECT");
    assertTrue(fd >= 0, Errno.name(-fd));
    return fd;
  }

  private int open(String name, int flags) {
    int fd = openResult(Libc.AT_FDCWD(), path(name), flags);
    assertTrue(fd >= 0, Errno.name(-fd));
    return fd;
  }

  private int openResult(int directoryFd, String path, int flags) {
    long userData = fixture.nextUserData();
    int allFlags = Libc.O_RDONLY() | Libc.O_CLOEXEC() | flags;
    ring.openAt(directoryFd, fixture.pathAddress(path), allFlags, 0, userData);
    return fixture.await(userData);
  }

  private int statx(int directoryFd, String path, int flags) {
    long userData = fixture.nextUserData();
    int mask = Libc.STATX_BASIC_STATS() | Libc.STATX_DIOALIGN();
    ring.statx(
        directoryFd, fixture.pathAddress(path), flags, mask, fixture.statx().address(), userData);
    return fixture.await(userData);
  }

  private int read(int fd, long bufferOffset, int length, long fileOffset) {
    long userData = fixture.nextUserData();
    ring.read(fd, fixture.bufferAddress() + bufferOffset, length, fileOffset, userData);
    return fixture.await(userData);
  }

  private void close(int fd) {
    long userData = fixture.nextUserData();
    ring.close(fd, userData);
    assertEquals(0, fixture.await(userData));
  }

  private void assertContent(byte[] expected) {
    assertArrayEquals(expected, fixture.buffer().asSlice(0, expected.length).toArray(JAVA_BYTE));
  }
}
