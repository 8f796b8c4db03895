package io.sluice.server.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real registry (Debian's {@code docker-registry}) on a host of its own, and its access log. */
final class UpstreamRegistry implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final int PORT = 5000;
  private static final String CONFIGURATION =
      """
      version: 0.1
      storage:
        filesystem:
          rootdirectory: %s
      http:
        addr: %s
      """;

  private final String authority;
  private final Path directory;
  private final Path log;
  private final Process process;
  private final Thread hook;

  private UpstreamRegistry(String authority, Path directory, Path log, Process process) {
    this.authority = authority;
    this.directory = directory;
    this.log = log;
    this.process = process;
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A running registry with nothing in it. */
  static UpstreamRegistry start(Bridge.Host network) {
    Path directory = Workspace.scratch("registry");
    Path log = directory.resolve("registry.log");
    String authority = network.address() + ":" + PORT;
    try {
      Path configuration = directory.resolve("config.yml");
      Files.writeString(
          configuration, CONFIGURATION.formatted(directory.resolve("blobs"), authority));
      Process process =
          new ProcessBuilder(
                  network.enter(List.of("docker-registry", "serve", configuration.toString())))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      UpstreamRegistry registry = new UpstreamRegistry(authority, directory, log, process);
      Patience.until("the registry answers", START_TIMEOUT, registry::answers);
      return registry;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a registry", e);
    }
  }

  private boolean answers() {
    return Command.of("curl", "--silent", "--fail", url() + "/v2/").run().exitCode() == 0;
  }

  String url() {
    return "http://" + authority;
  }

  /** Puts the only image of an OCI layout into it, as it is: skopeo would compress its layers. */
  void push(Path layout, String name) {
    Command.of(
            "skopeo",
            "copy",
            "--quiet",
            "--preserve-digests",
            "--insecure-policy",
            "--dest-tls-verify=false",
            "oci:" + layout,
            "docker://" + authority + "/" + name)
        .output();
  }

  /** How often something of this name or digest was asked for with GET. */
  long gets(String part) {
    try {
      return Files.readAllLines(log).stream()
          .filter(line -> line.contains("\"GET /v2/") && line.contains(part))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    Runtime.getRuntime().removeShutdownHook(hook);
    Workspace.delete(directory);
  }
}
