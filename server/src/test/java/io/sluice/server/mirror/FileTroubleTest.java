package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileTroubleTest {
  private static String sentence(IOException cause) {
    return FileTrouble.of(cause, "so it is").getMessage();
  }

  @Test
  void eachCauseHasItsRemedy() {
    assertEquals(
        "/c/x: Read-only file system; mount containerd's configuration writable, or name another"
            + " directory with --containerd-registry-config-path; so it is.",
        sentence(new FileSystemException("/c/x", null, "Read-only file system")));
    assertEquals(
        "/c/y: No space left on device; make room on that file system and run this again; so it"
            + " is.",
        sentence(new FileSystemException("/c/x", "/c/y", "No space left on device")));
    assertEquals(
        "/c/x: permission denied; run this as the owner of that directory, such as root; so it is.",
        sentence(new AccessDeniedException("/c/x")));
    assertEquals(
        "/c/x: Operation not permitted; run this as the owner of that directory, such as root; so"
            + " it is.",
        sentence(new FileSystemException("/c/x", null, "Operation not permitted")));
    assertEquals(
        "/c/x: no such file; put that right and run this again; so it is.",
        sentence(new NoSuchFileException("/c/x")));
    assertEquals(
        "the configuration: No space left on device; make room on that file system and run this"
            + " again; so it is.",
        sentence(new IOException("No space left on device")));
  }
}
