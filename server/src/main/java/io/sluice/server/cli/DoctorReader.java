package io.sluice.server.cli;

import io.sluice.server.config.Settings;
import io.sluice.server.config.StoreChoice;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Reads what {@code doctor} takes beside the settings of a node. */
final class DoctorReader {
  static final String DOCTOR = "doctor";

  private static final String CONTAINERD_CONFIG = "--containerd-config";
  private static final String CONTAINERD_CONFIG_DEFAULT = "/etc/containerd/config.toml";
  private static final String PULL = "--pull";

  private final ParseResult result;
  private final ConfigureReader values;

  DoctorReader(ParseResult result, UnaryOperator<String> environment) {
    this.result = result;
    this.values = new ConfigureReader(result, environment);
  }

  /** Adds the command to {@code root}. */
  static void addTo(CommandSpec root) {
    CommandSpec doctor =
        CommandLineReader.withSettings(
            "Says whether a node can run here with these settings, and containerd asks it.");
    doctor.addOption(
        ConfigureReader.path(
            CONTAINERD_CONFIG,
            "containerd's configuration, to see whether it asks mirrors and keeps layers.",
            CONTAINERD_CONFIG_DEFAULT + " where the store is containerd's, otherwise none"));
    doctor.addOption(ConfigureReader.configPathOption());
    doctor.addOption(
        OptionSpec.builder(PULL)
            .type(String.class)
            .paramLabel("IMAGE")
            .description("An image whose manifest a running node is asked for.")
            .build());
    root.addSubcommand(DOCTOR, doctor);
  }

  /** What to look at. */
  Command.Doctor command(Settings settings) {
    Optional<Path> config = values.path(CONTAINERD_CONFIG);
    if (config.isEmpty() && settings.store() instanceof StoreChoice.Containerd) {
      config = Optional.of(Path.of(CONTAINERD_CONFIG_DEFAULT));
    }
    return new Command.Doctor(
        settings,
        config,
        values.configPath(),
        Optional.ofNullable(result.matchedOptionValue(PULL, null)));
  }
}
