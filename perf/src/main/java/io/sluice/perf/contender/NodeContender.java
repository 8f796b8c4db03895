package io.sluice.perf.contender;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.ConfinedProcess;
import io.sluice.perf.confine.RemoteHost;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Sluice node that serves an OCI layout, started the way users start it. */
public final class NodeContender implements Contender {
  private final String name;
  private final NodeProgram program;
  private final List<String> flags;
  private final Path runDirectory;
  private final Cleanup cleanup;
  private final Optional<RemoteHost> host;

  /**
   * A node that is not running yet.
   *
   * @param program what is run
   * @param runDirectory for its data and log; removed by the caller
   * @param cleanup stops it when the run is interrupted
   */
  public NodeContender(NodeProgram program, Path runDirectory, Cleanup cleanup) {
    this("sluice", program, List.of(), runDirectory, cleanup, Optional.empty());
  }

  private NodeContender(
      String name,
      NodeProgram program,
      List<String> flags,
      Path runDirectory,
      Cleanup cleanup,
      Optional<RemoteHost> host) {
    this.name = name;
    this.program = program;
    this.flags = List.copyOf(flags);
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
    this.host = host;
  }

  /**
   * The same node with other flags, which win over all that it has anyway.
   *
   * @param otherName what it is called in tables
   * @param otherFlags flags of {@code serve}
   * @return the node
   */
  public NodeContender with(String otherName, List<String> otherFlags) {
    return new NodeContender(otherName, program, otherFlags, runDirectory, cleanup, host);
  }

  /**
   * The same node elsewhere.
   *
   * @param otherHost where
   * @return the node
   */
  public NodeContender on(RemoteHost otherHost) {
    return new NodeContender(name, program, flags, runDirectory, cleanup, Optional.of(otherHost));
  }

  /**
   * What is run.
   *
   * @return the program
   */
  public NodeProgram program() {
    return program;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String settings() {
    List<String> own = program.command().subList(1, program.command().size());
    List<String> words = merged(own, flags);
    return words.isEmpty() ? "its defaults" : String.join(" ", words);
  }

  @Override
  public boolean warmsUp() {
    return true;
  }

  @Override
  public Optional<String> missing() {
    Path launcher = Path.of(program.command().get(0));
    return Files.isExecutable(launcher)
        ? Optional.empty()
        : Optional.of(launcher + " is not there: name the launcher with --node");
  }

  @Override
  public Running start(Cgroup group, LayerSet layers) throws IOException, InterruptedException {
    program.runtime().makeCold();
    return Contender.super.start(group, layers);
  }

  @Override
  public Running launch(Cgroup group, LayerSet layers) throws IOException {
    InetSocketAddress address =
        host.isPresent()
            ? new InetSocketAddress(host.get().address(), RemoteHost.PORT)
            : Readiness.freeAddress();
    Path directory = Files.createTempDirectory(runDirectory, "sluice-");
    List<String> own = new ArrayList<>(program.command().subList(1, program.command().size()));
    own.add("--store=oci:" + layers.layout().toAbsolutePath());
    own.add("--registry-addr=" + address.getAddress().getHostAddress() + ":" + address.getPort());
    own.add("--router-addr=127.0.0.1:" + Readiness.freeAddress().getPort());
    own.add("--metrics-addr=127.0.0.1:" + Readiness.freeAddress().getPort());
    own.add("--data-dir=" + directory);
    List<String> words = new ArrayList<>(List.of(program.command().get(0), "serve"));
    words.addAll(merged(own, flags));
    List<String> command = host.map(there -> there.enter(words)).orElse(words);
    Path log = directory.resolve("output.log");
    return new Running(
        name, ConfinedProcess.start(group, command, program.environment(), log, cleanup), address);
  }

  /**
   * A node's own flags, but for those that are given again, and those: the node takes each once.
   *
   * @param ownFlags as {@code --name=value}
   * @param flags the same, which win
   * @return both
   */
  static List<String> merged(List<String> ownFlags, List<String> flags) {
    List<String> words = new ArrayList<>(ownFlags);
    words.removeIf(word -> flags.stream().anyMatch(flag -> nameOf(flag).equals(nameOf(word))));
    words.addAll(flags);
    return words;
  }

  private static String nameOf(String flag) {
    int equals = flag.indexOf('=');
    return equals < 0 ? flag : flag.substring(0, equals);
  }
}
