package io.sluice.perf.contender;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.ConfinedProcess;
import io.sluice.perf.confine.FileTree;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The registry of the Distribution project, Debian's {@code docker-registry}, on its file system.
 */
public final class RegistryContender implements Contender {
  /** Debian's own configuration, but for what it says of each request, passwords and deleting. */
  private static final String CONFIGURATION =
      """
      version: 0.1
      log:
        level: warn
        accesslog:
          disabled: true
      storage:
        cache:
          blobdescriptor: inmemory
        filesystem:
          rootdirectory: %s
      http:
        addr: %s:%d
        headers:
          X-Content-Type-Options: [nosniff]
      health:
        storagedriver:
          enabled: true
          interval: 10s
          threshold: 3
      """;

  private final Path binary;
  private final Path runDirectory;
  private final Cleanup cleanup;
  private final Map<Path, Path> stores = new HashMap<>();

  /**
   * A registry that is not running yet.
   *
   * @param binary the program
   * @param runDirectory for its configuration and log; removed by the caller
   * @param cleanup stops it, and removes its store, when the run is interrupted
   */
  public RegistryContender(Path binary, Path runDirectory, Cleanup cleanup) {
    this.binary = binary;
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
  }

  @Override
  public String name() {
    return "docker-registry";
  }

  @Override
  public String settings() {
    return "Debian's configuration (filesystem, blob descriptors in memory) without access log,"
        + " log level warn; "
        + Program.says(binary, "--version");
  }

  @Override
  public Optional<String> missing() {
    return Files.isExecutable(binary)
        ? Optional.empty()
        : Optional.of(
            binary + " is not there: install docker-registry, or name it with --docker-registry");
  }

  @Override
  public Running launch(Cgroup group, LayerSet layers) throws IOException {
    Path store = store(layers);
    InetSocketAddress address = Readiness.freeAddress();
    Path directory = Files.createTempDirectory(runDirectory, "registry-");
    Path configuration = directory.resolve("config.yml");
    Files.writeString(
        configuration,
        CONFIGURATION.formatted(store, address.getAddress().getHostAddress(), address.getPort()));
    List<String> command = List.of(binary.toString(), "serve", configuration.toString());
    ConfinedProcess process =
        ConfinedProcess.start(group, command, Map.of(), directory.resolve("output.log"), cleanup);
    return new Running(name(), process, address);
  }

  /** Written once for each set of layers, beside them. */
  private Path store(LayerSet layers) throws IOException {
    Path store = stores.get(layers.layout());
    if (store == null) {
      Path parent = layers.layout().toAbsolutePath().getParent();
      store =
          cleanup
              .keep(
                  () ->
                      FileTree.make(parent, "registry-", root -> RegistryStore.write(root, layers)),
                  FileTree::delete)
              .get();
      stores.put(layers.layout(), store);
    }
    return store;
  }
}
