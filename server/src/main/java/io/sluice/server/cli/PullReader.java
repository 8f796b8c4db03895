package io.sluice.server.cli;

import io.sluice.server.config.Durations;
import io.sluice.server.config.GivenValue;
import io.sluice.server.config.HostPort;
import io.sluice.server.config.Setting;
import io.sluice.server.config.SettingsException;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.pull.PullLimits;
import io.sluice.server.pull.PullReference;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** What {@code pull} takes, and what it means. */
final class PullReader {
  static final String PULL = "pull";

  private static final String TIMEOUT = "--timeout";

  private PullReader() {}

  /** Adds the command to {@code root}. */
  static void addTo(CommandSpec root) {
    CommandSpec command =
        CommandLineReader.command("Has containerd fetch images through its mirrors, and waits.");
    command.addOption(CommandLineReader.option(Setting.CONTAINERD_SOCK).build());
    command.addOption(CommandLineReader.option(Setting.METRICS_ADDR).build());
    command.addOption(
        OptionSpec.builder(TIMEOUT)
            .type(String.class)
            .paramLabel("DURATION")
            .description(
                "For each image to be there.",
                "Default: " + Durations.format(PullLimits.TIMEOUT_NS))
            .build());
    command.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("REF")
            .description(
                "Images, such as registry/repository:tag. As for the kubelet,",
                "docker.io/library/debian:latest can be written debian.")
            .build());
    root.addSubcommand(PULL, command);
  }

  /**
   * What was asked for.
   *
   * @throws SettingsException with one sentence, if it does not make sense
   */
  static Command.Pull read(ParseResult result, UnaryOperator<String> environment) {
    List<String> names = result.matchedPositionalValue(0, List.of());
    if (names.isEmpty()) {
      throw new SettingsException(
          "sluice pull: no image is named; write sluice pull registry/repository:tag.");
    }
    if (names.size() > PullLimits.REFERENCES_MAX) {
      throw new SettingsException(
          "sluice pull: "
              + names.size()
              + " images are named and at most "
              + PullLimits.REFERENCES_MAX
              + " are pulled at a time; name fewer.");
    }
    List<PullReference> references = new ArrayList<>();
    for (String name : names) {
      try {
        references.add(PullReference.parse(name));
      } catch (IllegalArgumentException e) {
        throw new SettingsException(e.getMessage());
      }
    }
    String timeout = result.matchedOptionValue(TIMEOUT, null);
    return new Command.Pull(
        references,
        value(Setting.CONTAINERD_SOCK, result, environment, PullReader::path)
            .orElse(StoreChoice.CONTAINERD_SOCKET),
        value(Setting.METRICS_ADDR, result, environment, HostPort::parse)
            .orElseGet(() -> HostPort.parse(Setting.METRICS_ADDR.defaultText()))
            .fromThisNode(),
        timeout == null ? Duration.ofNanos(PullLimits.TIMEOUT_NS) : duration(timeout));
  }

  private static <T> Optional<T> value(
      Setting setting,
      ParseResult result,
      UnaryOperator<String> environment,
      Function<String, T> parser) {
    return GivenValue.of(
            setting.flag(), result.matchedOptionValue(setting.flag(), null), environment)
        .map(given -> given.parse(parser));
  }

  private static Path path(String text) {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a path; name containerd's socket", e);
    }
  }

  private static Duration duration(String text) {
    try {
      long ns = Durations.parseNs(text);
      if (ns <= 0) {
        throw new IllegalArgumentException("no image comes in no time; write such as 10m");
      }
      return Duration.ofNanos(ns);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(TIMEOUT + " " + text + ": " + e.getMessage() + ".");
    }
  }
}
