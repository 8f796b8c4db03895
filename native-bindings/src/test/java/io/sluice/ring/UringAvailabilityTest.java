package io.sluice.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.sluice.linux.Errno;
import io.sluice.linux.KernelVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UringAvailabilityTest {
  @ParameterizedTest
  @CsvSource({
    "38, 4.19, 0, false, NOT_IN_KERNEL",
    "38, 4.19, 0, true, NOT_IN_KERNEL",
    "38, 6.1, 0, false, NOT_IN_KERNEL",
    "38, 6.1, 0, true, FORBIDDEN_BY_SECCOMP",
    "1, 6.6, 2, false, DISABLED_BY_SYSCTL",
    "1, 6.6, 2, true, DISABLED_BY_SYSCTL",
    "1, 6.6, 1, false, PRIVILEGED_ONLY",
    "1, 6.6, 0, true, FORBIDDEN_BY_SECCOMP",
    "1, 6.6, 0, false, FORBIDDEN",
    "13, 6.6, 0, false, FORBIDDEN",
    "12, 5.10, 0, false, NO_LOCKED_MEMORY",
    "24, 6.6, 0, false, FAILED"
  })
  void refusalIsTracedToItsOrigin(
      int errno, String kernel, int sysctl, boolean seccomp, UringAvailability expected) {
    assertEquals(
        expected, UringAvailability.of(errno, KernelVersion.parse(kernel), sysctl, seccomp));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AVAILABLE")
  void everyRefusalHasARemedy(UringAvailability availability) {
    assertFalse(availability.finding().isBlank());
    assertFalse(availability.remedy().isBlank());
  }

  @Test
  void exceptionSaysCallAndRemedy() {
    UringUnavailableException failed =
        new UringUnavailableException(
            UringAvailability.DISABLED_BY_SYSCTL, "io_uring_setup", "entries=4", Errno.EPERM);
    assertEquals(
        "io_uring_setup(entries=4) failed: EPERM (1), Operation not permitted. io_uring is switched"
            + " off for everybody (kernel.io_uring_disabled=2). Run 'sysctl"
            + " kernel.io_uring_disabled=0' on the node",
        failed.getMessage());
    assertEquals(UringAvailability.DISABLED_BY_SYSCTL, failed.availability());
  }

  @Test
  @Tag("kernel")
  void ringsCanBeOpenedHere() {
    assertEquals(UringAvailability.AVAILABLE, UringAvailability.check());
  }
}
