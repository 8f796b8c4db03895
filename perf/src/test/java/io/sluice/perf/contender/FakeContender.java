package io.sluice.perf.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a {@link FakeServer} is started. */
public final class FakeContender {
  private FakeContender() {}

  /** A contender that has this fault. */
  public static ContenderFile file(Path directory, String name, FakeServer.Fault fault)
      throws IOException {
    Path file = directory.resolve(name + ".toml");
    Files.writeString(
        file,
        """
        name = "%s"
        command = ['%s', '-cp', '%s', '%s', '{port}', '{blobs}', '%s']
        blobs = "/files/{hex}"
        manifests = "/files/{hex}"
        ready = "/ready"
        """
            .formatted(name, java(), classPath(), FakeServer.class.getName(), fault));
    return ContenderFile.read(file);
  }

  /** The launcher of a package whose node is a server without a fault. */
  public static Path node(Path home) throws IOException {
    Files.createDirectories(home.resolve("lib"));
    Files.writeString(home.resolve("lib/sluice.jsa"), "archive");
    Path launcher = Files.createDirectories(home.resolve("bin")).resolve("sluice");
    Files.writeString(
        launcher,
        "#!/bin/sh\nexec '%s' -cp '%s' %s \"$@\"\n"
            .formatted(java(), classPath(), FakeServer.class.getName()));
    if (!launcher.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + launcher + " executable");
    }
    return launcher;
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin/java");
  }

  private static Path classPath() {
    return Path.of(FakeServer.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }
}
