package io.sluice.ring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Errno;
import io.sluice.linux.Linux;
import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.__kernel_timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server relies on in the ring itself. */
@Tag("kernel")
@ParameterizedClass
@EnumSource(RingConfiguration.class)
class RingBehaviourTest {
  private static final int BAD_FD = -1;
  private static final long BAD_ADDRESS = 8;

  private final RingConfiguration configuration;
  private RingFixture fixture;
  private IoUring ring;
  private int eventFd;

  RingBehaviourTest(RingConfiguration configuration) {
    this.configuration = configuration;
  }

  @BeforeEach
  void open() {
    fixture = new RingFixture(configuration);
    ring = fixture.ring;
    eventFd = Descriptors.eventfd();
  }

  @AfterEach
  void close() {
    fixture.close();
    Descriptors.close(eventFd);
  }

  @Test
  void fullSubmissionQueueIsFlushedByItself() {
    int submissions = 10 * RingFixture.SUBMISSION_ENTRIES;
    assertTrue(submissions > RingFixture.COMPLETION_ENTRIES);
    long[] userData = new long[submissions];
    for (int i = 0; i < submissions; i++) {
      userData[i] = fixture.nextUserData();
      ring.close(BAD_FD, userData[i]);
    }
    for (long one : userData) {
      assertEquals(-Errno.EBADF, fixture.await(one));
    }
  }

  @Test
  void moreCompletionsThanTheQueueHoldsAreKept() {
    int submissions = 1000;
    Set<Long> missing = new HashSet<>();
    boolean overflowed = false;
    for (int i = 0; i < submissions; i++) {
      long userData = fixture.nextUserData();
      missing.add(userData);
      ring.close(BAD_FD, userData);
      ring.submitAndWait(0);
      overflowed |= ring.hasOverflow();
    }
    assertTrue(overflowed, "the queue never was too small");
    while (!missing.isEmpty()) {
      ring.submitAndWait(1);
      ring.drain(
          (userData, result, flags) -> {
            assertEquals(-Errno.EBADF, result);
            assertTrue(missing.remove(userData), "completed twice");
          },
          Integer.MAX_VALUE);
    }
    assertFalse(ring.hasOverflow());
  }

  @Test
  void submissionThatTheKernelRefusesDoesNotStopTheOthers() {
    long before = fixture.nextUserData();
    long refused = fixture.nextUserData();
    long after = fixture.nextUserData();
    ring.close(BAD_FD, before);
    ring.timeout(BAD_ADDRESS, refused);
    ring.close(BAD_FD, after);

    assertTrue(ring.submitAndWait(3) >= 3);

    assertEquals(-Errno.EBADF, fixture.await(before));
    assertEquals(-Errno.EFAULT, fixture.await(refused));
    assertEquals(-Errno.EBADF, fixture.await(after));
  }

  @Test
  void timeoutEndsWithTime() {
    long userData = fixture.nextUserData();
    ring.timeout(fixture.timespecAddress(1), userData);
    assertEquals(-Errno.ETIME, fixture.await(userData));
  }

  @Test
  void timespecMayBeReusedAfterSubmission() {
    long[] userData = {fixture.nextUserData(), fixture.nextUserData()};
    ring.timeout(fixture.timespecAddress(1), userData[0]);
    ring.submitAndWait(0);
    ring.timeout(fixture.timespecAddress(2), userData[1]);
    assertEquals(-Errno.ETIME, fixture.await(userData[0]));
    assertEquals(-Errno.ETIME, fixture.await(userData[1]));
  }

  @Test
  void pendingTimeoutCanBeCancelled() {
    long userData = fixture.nextUserData();
    ring.timeout(fixture.timespecAddress(20_000), userData);
    ring.submitAndWait(0);
    assertEquals(0, cancel(userData));
    assertEquals(-Errno.ECANCELED, fixture.await(userData));
  }

  @Test
  void cancelOfNothingFindsNothing() {
    assertEquals(-Errno.ENOENT, cancel(UserData.pack(1, 2, 3)));
  }

  @Test
  void waitReturnsWhenEnoughAreComplete() {
    ring.timeout(fixture.timespecAddress(1), fixture.nextUserData());
    ring.submitAndWait(0);
    ring.timeout(fixture.timespecAddress(5), fixture.nextUserData());
    ring.submitAndWait(0);
    ring.timeout(fixture.timespecAddress(10), fixture.nextUserData());

    assertEquals(3, ring.submitAndWait(3));

    assertEquals(3, fixture.drain());
    assertEquals(3, fixture.completed());
  }

  @Test
  void waitForMoreThanTheQueueHoldsIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ring.submitAndWait(RingFixture.COMPLETION_ENTRIES + 1));
  }

  @Test
  void drainStopsAtItsLimit() {
    for (int i = 0; i < 5; i++) {
      ring.close(BAD_FD, fixture.nextUserData());
    }
    assertEquals(5, ring.submitAndWait(5));
    assertEquals(2, ring.drain((userData, result, flags) -> {}, 2));
    assertEquals(3, ring.submitAndWait(1));
    assertEquals(3, ring.drain((userData, result, flags) -> {}, 10));
    assertEquals(0, ring.drain((userData, result, flags) -> {}, 10));
  }

  @Test
  void handlerMaySubmitMoreThanTheQueueHolds() {
    long first = fixture.nextUserData();
    long[] following = new long[4 * RingFixture.SUBMISSION_ENTRIES];
    ring.close(BAD_FD, first);
    ring.submitAndWait(1);
    ring.drain(
        (userData, result, flags) -> {
          for (int i = 0; i < following.length; i++) {
            following[i] = fixture.nextUserData();
            ring.close(BAD_FD, following[i]);
          }
        },
        1);
    for (long one : following) {
      assertEquals(-Errno.EBADF, fixture.await(one));
    }
  }

  @Test
  void userDataComesBackUnchanged() {
    long userData = UserData.pack(UserData.MAX_OPERATION, UserData.MAX_GENERATION, -2);
    ring.close(BAD_FD, userData);
    assertEquals(-Errno.EBADF, fixture.await(userData));
  }

  @Test
  void signalWakesAWaitingRing() throws Exception {
    FutureTask<Integer> woken = startThread(this::readEventFdOnItsOwnRing);
    Descriptors.signal(eventFd);
    assertEquals(Long.BYTES, woken.get(20, TimeUnit.SECONDS));
  }

  @Test
  void writeOnOneRingWakesAnother() throws Exception {
    FutureTask<Integer> woken = startThread(this::readEventFdOnItsOwnRing);
    long userData = fixture.nextUserData();
    fixture.buffer().set(JAVA_LONG, 0, 1L);
    ring.write(eventFd, fixture.bufferAddress(), Long.BYTES, userData);
    assertEquals(Long.BYTES, fixture.await(userData));
    assertEquals(Long.BYTES, woken.get(20, TimeUnit.SECONDS));
  }

  @Test
  void signalsAddUpUntilTheyAreRead() {
    Descriptors.signal(eventFd);
    Descriptors.signal(eventFd);
    long userData = fixture.nextUserData();
    ring.read(eventFd, fixture.bufferAddress(), Long.BYTES, 0, userData);
    assertEquals(Long.BYTES, fixture.await(userData));
    assertEquals(2, fixture.buffer().get(JAVA_LONG, 0));
  }

  @Test
  void anotherThreadIsRefused() throws Exception {
    FutureTask<Integer> other = startThread(() -> ring.submitAndWait(0));
    Throwable cause = assertThrows(Exception.class, () -> other.get(20, TimeUnit.SECONDS));
    assertEquals(WrongThreadException.class, cause.getCause().getClass());
  }

  @Test
  void kernelRefusesAnotherThreadWhenThereIsASingleIssuer() throws Exception {
    int fd = ring.ringFd();
    int result =
        startThread(
                () ->
                    Linux.ioUringEnter(
                        CallState.ofThread(), fd, 0, 0, Libc.IORING_ENTER_GETEVENTS()))
            .get(20, TimeUnit.SECONDS);
    boolean single = configuration.features().isEnabled(UringFeature.SINGLE_ISSUER);
    assertEquals(single ? -Errno.EEXIST : 0, result);
  }

  @Test
  void closedRingIsGone() {
    Path descriptor = Path.of("/proc/self/fd/" + ring.ringFd());
    assertTrue(Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS));
    ring.close();
    ring.close();
    assertFalse(Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS));
    assertThrows(IllegalStateException.class, () -> ring.submitAndWait(0));
  }

  @Test
  void sizesAreChecked() {
    assertRefused(0, 8);
    assertRefused(6, 8);
    assertRefused(8, 4);
    assertRefused(8, 12);
    assertRefused(2 * IoUring.MAX_SUBMISSION_ENTRIES, IoUring.MAX_COMPLETION_ENTRIES);
    assertRefused(8, 2 * IoUring.MAX_COMPLETION_ENTRIES);
    IoUring.open(configuration.features(), 1, 1).close();
  }

  private void assertRefused(int submissionEntries, int completionEntries) {
    assertThrows(
        IllegalArgumentException.class,
        () -> IoUring.open(configuration.features(), submissionEntries, completionEntries));
  }

  private int readEventFdOnItsOwnRing() {
    try (Arena arena = Arena.ofConfined();
        IoUring other = IoUring.open(configuration.features(), 4, 8)) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      MemorySegment limit = __kernel_timespec.allocate(arena);
      __kernel_timespec.tv_sec(limit, 20);
      other.read(eventFd, count.address(), Long.BYTES, 0, 1);
      other.timeout(limit.address(), 2);
      other.submitAndWait(1);
      int[] first = new int[1];
      other.drain((userData, result, flags) -> first[0] = result, 1);
      return first[0];
    }
  }

  private static <T> FutureTask<T> startThread(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private int cancel(long target) {
    long userData = fixture.nextUserData();
    ring.cancel(target, userData);
    return fixture.await(userData);
  }
}
