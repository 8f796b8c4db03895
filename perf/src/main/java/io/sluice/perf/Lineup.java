package io.sluice.perf;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.ContenderFile;
import io.sluice.perf.contender.FileContender;
import io.sluice.perf.contender.NginxContender;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.contender.RegistryContender;
import io.sluice.perf.contender.SpegelContender;
import io.sluice.server.config.ReadMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who takes part: the node and nginx with {@code sendfile}, which promises are about, always;
 * everybody else as asked for.
 */
final class Lineup {
  private static final List<String> PROMISED = List.of("sluice", "nginx-sendfile");
  private static final List<String> FIXED = List.of("nginx-directio", "docker-registry", "spegel");

  private final BenchOptions options;
  private final List<ContenderFile> files;

  /**
   * Those that can be asked for.
   *
   * @param options what was asked for
   * @param files servers that somebody described
   */
  Lineup(BenchOptions options, List<ContenderFile> files) {
    this.options = options;
    this.files = List.copyOf(files);
  }

  /** The node in each mode but the one that finds out by itself, which it starts in. */
  private static List<String> readModes() {
    return Arrays.stream(ReadMode.values())
        .filter(mode -> mode != ReadMode.AUTO)
        .map(mode -> mode.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  /** What all of them are called on the command line: their names, with dashes for spaces. */
  private List<String> names() {
    List<String> names = new ArrayList<>(PROMISED);
    readModes().forEach(mode -> names.add("sluice-" + mode));
    names.addAll(FIXED);
    files.forEach(file -> names.add(file.name()));
    return names;
  }

  /**
   * What is wrong with what was asked for, if anything.
   *
   * @return a sentence with the remedy
   */
  Optional<String> wrong() {
    List<String> names = names();
    for (ContenderFile file : files) {
      if (names.indexOf(file.name()) != names.lastIndexOf(file.name())) {
        return Optional.of(
            "two contenders are called '" + file.name() + "': choose another name in the file");
      }
    }
    for (String name : options.contenders) {
      if (!names.contains(name)) {
        return Optional.of(
            "there is no contender '" + name + "': choose from " + String.join(", ", names));
      }
    }
    return Optional.empty();
  }

  /**
   * Everybody but the two that promises are about: those that were named, or all; in a quick run
   * only those that were named or described.
   */
  private boolean takesPart(String name) {
    if (!options.contenders.isEmpty()) {
      return options.contenders.contains(name);
    }
    return !options.quick || files.stream().anyMatch(file -> file.name().equals(name));
  }

  /**
   * Everybody who was asked for, besides the node and nginx with {@code sendfile}.
   *
   * @param node the node
   * @param peer nginx with {@code sendfile}
   * @param runDirectory for what they write; removed by the caller
   * @param cleanup stops them when the run is interrupted
   * @return contenders, which may be missing on this machine
   */
  List<Contender> others(
      NodeContender node, NginxContender peer, Path runDirectory, Cleanup cleanup) {
    List<Contender> all = new ArrayList<>();
    for (String mode : readModes()) {
      all.add(node.with("sluice " + mode, List.of("--read-mode=" + mode)));
    }
    all.add(peer.direct());
    all.add(new RegistryContender(options.dockerRegistry, runDirectory, cleanup));
    all.add(new SpegelContender(Optional.ofNullable(options.spegel), runDirectory, cleanup));
    files.forEach(file -> all.add(new FileContender(file, runDirectory, cleanup)));
    all.removeIf(contender -> !takesPart(contender.name().replace(' ', '-')));
    return all;
  }
}
