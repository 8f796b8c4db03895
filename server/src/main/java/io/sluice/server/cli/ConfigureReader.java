package io.sluice.server.cli;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.GivenValue;
import io.sluice.server.config.SettingsReader;
import io.sluice.server.mirror.MirrorOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Reads what {@code configure} and {@code cleanup} take; flags and variables are Spegel's. */
final class ConfigureReader {
  static final String CONFIGURE = "configure";
  static final String CLEANUP = "cleanup";

  private static final String CONFIG_PATH = "--containerd-registry-config-path";
  private static final String REGISTRIES = "--mirrored-registries";
  private static final String TARGETS = "--mirror-targets";
  private static final String RESOLVE_TAGS = "--resolve-tags";
  private static final String PREPEND_EXISTING = "--prepend-existing";
  private static final String BASIC_AUTH_FILE = "--basic-auth-file";
  private static final String CONFIG_PATH_DEFAULT = "/etc/containerd/certs.d";

  private final ParseResult result;
  private final UnaryOperator<String> environment;

  /** Reads the parsed command line of one of the two; {@code environment} gives variables. */
  ConfigureReader(ParseResult result, UnaryOperator<String> environment) {
    this.result = result;
    this.environment = environment;
  }

  /** Adds both commands to {@code root}. */
  static void addTo(CommandSpec root) {
    CommandSpec configure =
        CommandLineReader.command(
            "Points containerd at a mirror, and keeps what was there before.");
    configure.aliases("configuration");
    configure.addOption(configPathOption());
    configure.addOption(
        list(
            REGISTRIES,
            "Registries to mirror, as URLs, separated by spaces; _default or * for the default.",
            "all that have no file of their own"));
    configure.addOption(
        list(
            TARGETS,
            "Where containerd reaches the mirror, as URLs, separated by spaces, the first choice"
                + " first.",
            "none, and one is needed"));
    configure.addOption(flag(RESOLVE_TAGS, "Whether the mirror is asked for tags too.", true));
    configure.addOption(
        flag(
            PREPEND_EXISTING,
            "Whether hosts that are configured already are asked after the mirror.",
            false));
    configure.addOption(
        path(
            BASIC_AUTH_FILE,
            "What the mirror wants to see: a file with user:password, or a directory with the files"
                + " username and password.",
            BasicAuth.PLACE + " where it exists"));
    root.addSubcommand(CONFIGURE, configure);
    CommandSpec cleanup =
        CommandLineReader.command("Restores what was there before configure, or before Spegel.");
    cleanup.addOption(configPathOption());
    root.addSubcommand(CLEANUP, cleanup);
  }

  static OptionSpec configPathOption() {
    return path(
        CONFIG_PATH,
        "The directory that config_path names in containerd's configuration.",
        CONFIG_PATH_DEFAULT);
  }

  static OptionSpec path(String name, String description, String defaultText) {
    return option(name, description, defaultText).type(String.class).paramLabel("PATH").build();
  }

  /** Several values may follow the flag, and the flag may be repeated. */
  private static OptionSpec list(String name, String description, String defaultText) {
    return option(name, description, defaultText)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1..*")
        .splitRegex(",")
        .paramLabel("URL")
        .build();
  }

  private static OptionSpec flag(String name, String description, boolean defaultValue) {
    return option(name, description, Boolean.toString(defaultValue))
        .type(String.class)
        .arity("0..1")
        .fallbackValue("true")
        .paramLabel("true|false")
        .build();
  }

  private static OptionSpec.Builder option(String name, String description, String defaultText) {
    return OptionSpec.builder(name)
        .description(
            description, "Default: " + defaultText + ". Variable: " + GivenValue.variable(name));
  }

  /** What to write. */
  MirrorOptions options() {
    return MirrorOptions.of(
        configPath(),
        values(REGISTRIES),
        values(TARGETS),
        isTrue(RESOLVE_TAGS, true),
        isTrue(PREPEND_EXISTING, false),
        basicAuth());
  }

  /** The directory to work on. */
  Path configPath() {
    return path(CONFIG_PATH).orElse(Path.of(CONFIG_PATH_DEFAULT));
  }

  private Optional<BasicAuth> basicAuth() {
    return path(BASIC_AUTH_FILE).or(BasicAuth::mounted).map(BasicAuth::load);
  }

  Optional<Path> path(String flag) {
    return value(flag).map(given -> given.parse(SettingsReader::parsePath));
  }

  private boolean isTrue(String flag, boolean defaultValue) {
    return value(flag)
        .filter(given -> !given.text().isBlank())
        .map(given -> given.parse(ConfigureReader::truth))
        .orElse(defaultValue);
  }

  private static boolean truth(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false; write one");
    };
  }

  private List<String> values(String flag) {
    List<String> given = result.matchedOptionValue(flag, null);
    if (given != null) {
      return given;
    }
    List<String> values = new ArrayList<>();
    String variable = environment.apply(GivenValue.variable(flag));
    for (String value : variable == null ? new String[0] : variable.split("[,\\s]+")) {
      if (!value.isEmpty()) {
        values.add(value);
      }
    }
    return values;
  }

  private Optional<GivenValue> value(String flag) {
    return GivenValue.of(flag, result.matchedOptionValue(flag, null), environment);
  }
}
