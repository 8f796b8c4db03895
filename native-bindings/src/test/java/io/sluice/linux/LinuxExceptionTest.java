package io.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LinuxExceptionTest {
  @Test
  void messageNamesCallArgumentsAndError() {
    LinuxException failed =
        new LinuxException("io_uring_setup", "entries=1024, flags=0x3000", Errno.ENOMEM);
    assertEquals(
        "io_uring_setup(entries=1024, flags=0x3000) failed: ENOMEM (12), Cannot allocate memory",
        failed.getMessage());
    assertEquals("io_uring_setup", failed.call());
    assertEquals(Errno.ENOMEM, failed.errno());
  }

  @Test
  void remedyFollows() {
    LinuxException failed = new LinuxException("mmap", "bytes=1", Errno.EPERM, "Ask the owner");
    assertEquals(
        "mmap(bytes=1) failed: EPERM (1), Operation not permitted. Ask the owner",
        failed.getMessage());
  }

  @Test
  void unlistedErrorIsToldByNumber() {
    assertEquals("errno 4000", Errno.name(4000));
    assertEquals("Unknown error", Errno.describe(4000));
  }
}
