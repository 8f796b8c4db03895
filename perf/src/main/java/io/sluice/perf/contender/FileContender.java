package io.sluice.perf.contender;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.ConfinedProcess;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Any server, as a file describes it. */
public final class FileContender implements Contender {
  private final ContenderFile file;
  private final Path runDirectory;
  private final Cleanup cleanup;

  /**
   * A server that is not running yet.
   *
   * @param file what it is
   * @param runDirectory for its scratch directory and log; removed by the caller
   * @param cleanup stops it when the run is interrupted
   */
  public FileContender(ContenderFile file, Path runDirectory, Cleanup cleanup) {
    this.file = file;
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String settings() {
    return String.join(" ", file.command());
  }

  /** Nobody knows what it is written in. */
  @Override
  public boolean warmsUp() {
    return true;
  }

  @Override
  public Optional<String> missing() {
    String program = file.command().get(0);
    boolean there =
        program.indexOf('/') >= 0
            ? Files.isExecutable(Path.of(program))
            : Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    return there
        ? Optional.empty()
        : Optional.of(program + " is not there: install it, or correct the contender's command");
  }

  @Override
  public Running start(Cgroup group, LayerSet layers) throws IOException, InterruptedException {
    if (file.ready().isEmpty()) {
      return Contender.super.start(group, layers);
    }
    Running running = launch(group, layers);
    Readiness.await(running, file.ready().get());
    return running;
  }

  @Override
  public Running launch(Cgroup group, LayerSet layers) throws IOException {
    InetSocketAddress address = Readiness.freeAddress();
    Path directory = Files.createTempDirectory(runDirectory, name() + "-");
    Path layout = layers.layout().toAbsolutePath();
    List<String> command =
        file.command().stream()
            .map(
                word ->
                    word.replace("{port}", Integer.toString(address.getPort()))
                        .replace("{blobs}", layout.resolve("blobs/sha256").toString())
                        .replace("{layout}", layout.toString())
                        .replace("{directory}", directory.toString()))
            .toList();
    // Beside its directory, which is its own.
    Path log = runDirectory.resolve(directory.getFileName() + ".log");
    ConfinedProcess process = ConfinedProcess.start(group, command, Map.of(), log, cleanup);
    return new Running(name(), process, address, file.targets());
  }
}
