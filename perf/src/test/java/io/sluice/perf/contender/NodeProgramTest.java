package io.sluice.perf.contender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.confine.Cleanup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeProgramTest {
  @TempDir private Path checkout;

  private Path makePackage(String version, long atS, String code) throws IOException {
    Path home = checkout.resolve("target/package/sluice-" + version + "-linux-amd64");
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("lib"));
    Path launcher = Files.writeString(home.resolve("bin/sluice"), "#!/bin/sh\n");
    assertTrue(launcher.toFile().setExecutable(true));
    Files.setLastModifiedTime(launcher, FileTime.fromMillis(atS * 1000));
    Files.writeString(home.resolve("lib/sluice.jsa"), "archive");
    jar(home.resolve("lib/server-1.jar"), atS, code);
    return launcher;
  }

  private static void jar(Path file, long atS, String code) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      ZipEntry entry = new ZipEntry("A.class");
      entry.setLastModifiedTime(FileTime.fromMillis(atS * 1000));
      zip.putNextEntry(entry);
      zip.write(code.getBytes());
    }
  }

  @Test
  void theNewestPackageOfACheckoutIsFound() throws IOException {
    assertEquals(Optional.empty(), NodeProgram.packageOf(checkout));
    makePackage("1", 1_000_000, "code");
    Path newer = makePackage("2", 2_000_000, "code");
    Files.writeString(checkout.resolve("target/package/sluice-2-linux-amd64.tar.gz"), "");
    assertEquals(Optional.of(newer), NodeProgram.packageOf(checkout));
  }

  @Test
  void aPackageRunsFromACopyThatIsRemoved() throws IOException {
    Path launcher = makePackage("1", 1_000_000, "code");
    Path copies = Files.createDirectory(checkout.resolve("copies"));
    Path copied;
    try (Cleanup cleanup = new Cleanup()) {
      NodeProgram program =
          NodeProgram.of(
              List.of(launcher.toString()), List.of("--loops=2"), checkout, copies, cleanup);
      copied = Path.of(program.command().get(0));
      assertTrue(program.packaged());
      assertNotEquals(launcher, copied);
      assertTrue(Files.isExecutable(copied));
      assertEquals("--loops=2", program.command().get(1));
      assertEquals("package sluice-1-linux-amd64", program.description());
    }
    assertFalse(Files.exists(copied));
  }

  @Test
  void aPackageOfOtherSourcesIsNamedAsSuch() throws IOException {
    Path launcher = makePackage("1", 1_000_000, "code");
    Path built = checkout.resolve("target/dist/current/server/server-1.jar");
    try (Cleanup cleanup = new Cleanup()) {
      jar(built, 2_000_000, "code");
      assertFalse(describe(launcher, cleanup).contains("NOT OF THESE SOURCES"));
      jar(built, 2_000_000, "newer code");
      assertTrue(describe(launcher, cleanup).contains("NOT OF THESE SOURCES"));
    }
  }

  private String describe(Path launcher, Cleanup cleanup) throws IOException {
    return NodeProgram.of(List.of(launcher.toString()), List.of(), checkout, checkout, cleanup)
        .description();
  }

  @Test
  void flagsOfAScenarioWinOverThoseOfTheProgram() {
    assertEquals(
        List.of("--read-mode=direct", "--loops=4"),
        NodeContender.merged(List.of("--loops=1", "--read-mode=direct"), List.of("--loops=4")));
    assertEquals(List.of("--loops=1"), NodeContender.merged(List.of("--loops=1"), List.of()));
  }
}
