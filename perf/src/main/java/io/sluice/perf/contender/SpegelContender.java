package io.sluice.perf.contender;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.ConfinedProcess;
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
 * Spegel, which serves what a containerd beside it has, as on a node. It reads blobs from
 * containerd's directory itself, so that only questions about them go to containerd.
 */
public final class SpegelContender implements Contender {
  /** It takes no request that does not say which registry is meant. */
  private static final Targets TARGETS =
      new Targets(
          Targets.REGISTRY.blobs() + "?ns=localhost",
          Targets.REGISTRY.manifests() + "?ns=localhost");

  private final Optional<Path> binary;
  private final Path runDirectory;
  private final Cleanup cleanup;
  private final Map<Path, ContainerdImage> images = new HashMap<>();

  /**
   * A Spegel that is not running yet.
   *
   * @param binary the program; empty when nobody named one
   * @param runDirectory for its data and logs; removed by the caller
   * @param cleanup stops it, and its containerd, when the run is interrupted
   */
  public SpegelContender(Optional<Path> binary, Path runDirectory, Cleanup cleanup) {
    this.binary = binary;
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
  }

  @Override
  public String name() {
    return "spegel";
  }

  @Override
  public String settings() {
    String version = binary.map(file -> Program.says(file, "version")).orElse("");
    return "its defaults, log level ERROR, no peers, blobs read from the directory of a containerd"
        + " that is not measured; "
        + version;
  }

  @Override
  public Optional<String> missing() {
    if (binary.isEmpty()) {
      return Optional.of("nobody said where it is: build it, and name it with --spegel");
    }
    if (!Files.isExecutable(binary.get())) {
      return Optional.of(binary.get() + " is not there: name the program with --spegel");
    }
    for (String program : List.of(ContainerdImage.DAEMON, ContainerdImage.CLIENT)) {
      if (!Files.isExecutable(Path.of(program))) {
        return Optional.of(program + " is not there: install containerd");
      }
    }
    return Optional.empty();
  }

  @Override
  public Running launch(Cgroup group, LayerSet layers) throws IOException {
    ContainerdImage image = image(layers);
    InetSocketAddress address = Readiness.freeAddress();
    Path directory = Files.createTempDirectory(runDirectory, "spegel-");
    List<String> command =
        List.of(
            binary.orElseThrow().toAbsolutePath().toString(),
            "registry",
            "--log-level=ERROR",
            "--registry-addr=127.0.0.1:" + address.getPort(),
            "--router-addr=127.0.0.1:" + Readiness.freeAddress().getPort(),
            "--metrics-addr=127.0.0.1:" + Readiness.freeAddress().getPort(),
            "--containerd-sock=" + image.socket(),
            "--containerd-namespace=" + ContainerdImage.NAMESPACE,
            "--containerd-content-path=" + image.content(),
            "--bootstrap-kind=static",
            "--data-dir=" + directory);
    ConfinedProcess process =
        ConfinedProcess.start(group, command, Map.of(), directory.resolve("output.log"), cleanup);
    return new Running(name(), process, address, TARGETS);
  }

  private ContainerdImage image(LayerSet layers) throws IOException {
    ContainerdImage image = images.get(layers.layout());
    if (image == null) {
      try {
        image = ContainerdImage.start(layers, runDirectory, cleanup);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while containerd started", e);
      }
      images.put(layers.layout(), image);
    }
    return image;
  }
}
