package io.sluice.perf.contender;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.ConfinedProcess;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.data.RuntimeCopy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Sluice node that serves an OCI layout, started the way users start it. */
public final class NodeContender implements Contender {
  private final List<String> command;
  private final RuntimeCopy runtime;
  private final Path runDirectory;
  private final Cleanup cleanup;

  /**
   * A node that is not running yet.
   *
   * @param command the launcher, and flags for {@code serve} after it
   * @param runtime the Java runtime that it is given, cold at each start
   * @param runDirectory for its data and log; removed by the caller
   * @param cleanup stops it when the run is interrupted
   */
  public NodeContender(
      List<String> command, RuntimeCopy runtime, Path runDirectory, Cleanup cleanup) {
    this.command = List.copyOf(command);
    this.runtime = runtime;
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
  }

  @Override
  public String name() {
    return "sluice";
  }

  @Override
  public Optional<String> missing() {
    Path launcher = Path.of(command.get(0));
    return Files.isExecutable(launcher)
        ? Optional.empty()
        : Optional.of(launcher + " is not there: name the launcher with --node");
  }

  @Override
  public Running start(Cgroup group, LayerSet layers) throws IOException, InterruptedException {
    InetSocketAddress address = Readiness.freeAddress();
    Path directory = Files.createTempDirectory(runDirectory, "sluice-");
    List<String> words = new ArrayList<>();
    words.add(command.get(0));
    words.add("serve");
    words.addAll(command.subList(1, command.size()));
    words.add("--store=oci:" + layers.layout().toAbsolutePath());
    words.add("--registry-addr=127.0.0.1:" + address.getPort());
    words.add("--router-addr=127.0.0.1:" + Readiness.freeAddress().getPort());
    words.add("--metrics-addr=127.0.0.1:" + Readiness.freeAddress().getPort());
    words.add("--data-dir=" + directory);
    runtime.makeCold();
    Map<String, String> environment = Map.of("SLUICE_JAVA_HOME", runtime.home().toString());
    ConfinedProcess process =
        ConfinedProcess.start(group, words, environment, directory.resolve("output.log"), cleanup);
    Running running = new Running(name(), process, address);
    Readiness.await(running, Running.path(layers.layers().get(0)));
    return running;
  }
}
