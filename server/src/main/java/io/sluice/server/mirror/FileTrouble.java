package io.sluice.server.mirror;

import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** What a file system says no with, as a sentence with its remedy. */
final class FileTrouble {
  private FileTrouble() {}

  /** The sentence; {@code outcome} says what that means for the tree. */
  static StartupException of(IOException cause, String outcome) {
    String place = "the configuration";
    String reason = String.valueOf(cause.getMessage());
    if (cause instanceof FileSystemException about && about.getFile() != null) {
      place = about.getOtherFile() == null ? about.getFile() : about.getOtherFile();
      reason = about.getReason() == null ? name(cause) : about.getReason();
    }
    return new StartupException(
        place + ": " + reason + "; " + remedy(cause, reason) + "; " + outcome + ".", cause);
  }

  private static String name(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    return cause instanceof NoSuchFileException ? "no such file" : cause.getClass().getSimpleName();
  }

  private static String remedy(IOException cause, String reason) {
    String said = reason.toLowerCase(Locale.ROOT);
    if (said.contains("read-only")) {
      return "mount containerd's configuration writable, or name another directory with"
          + " --containerd-registry-config-path";
    }
    if (said.contains("no space left") || said.contains("quota")) {
      return "make room on that file system and run this again";
    }
    if (cause instanceof AccessDeniedException || said.contains("not permitted")) {
      return "run this as the owner of that directory, such as root";
    }
    if (said.contains("larger than")) {
      return "this is no configuration of containerd; move it away";
    }
    return "put that right and run this again";
  }
}
