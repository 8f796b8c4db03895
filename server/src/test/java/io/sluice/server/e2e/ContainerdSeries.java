package io.sluice.server.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The containerds that everything has to work with, the oldest first. */
enum ContainerdSeries {
  /** What this machine has; 1.6 on the oldest Debian that is supported. */
  INSTALLED,

  /** 1.7, of that Debian release. */
  TRIXIE,

  /** 2.1 or newer, of that Debian release. */
  SID;

  /** Where its programs are; null for those on the {@code PATH}. */
  Path programs() {
    if (this == INSTALLED) {
      Requirement.tools("containerd", "ctr");
      return null;
    }
    String suite = name().toLowerCase(Locale.ROOT);
    Path programs =
        Workspace.module().resolveSibling("target/containerd").resolve(suite).resolve("usr/bin");
    Requirement.require(
        Files.isExecutable(programs.resolve("containerd")),
        "there is no containerd of " + suite + "; run scripts/containerds");
    return programs;
  }
}
