package io.sluice.server.cli;

import io.sluice.server.config.Setting;
import io.sluice.server.config.Settings;
import io.sluice.server.config.SettingsException;
import io.sluice.server.config.SettingsReader;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reads a command line: a plain {@code serve} by itself, everything else with picocli. Nothing of
 * picocli outlives {@link #read}: what it weighs is garbage before a node starts.
 */
final class CommandLineReader {
  private CommandLineReader() {}

  /**
   * Reads {@code args}.
   *
   * @param environment gives the value of a variable, or null
   * @throws SettingsException with one sentence, if they do not make sense
   */
  static Command read(UnaryOperator<String> environment, String... args) {
    Map<Setting, String> plain = PlainServe.read(args);
    return plain != null
        ? new Command.Serve(SettingsReader.read(plain, environment))
        : readWithPicocli(environment, args);
  }

  /** Reads {@code args}, whatever they are, with picocli. */
  static Command readWithPicocli(UnaryOperator<String> environment, String... args) {
    CommandLine commandLine = new CommandLine(specification());
    ParseResult root;
    try {
      root = commandLine.parseArgs(args);
    } catch (ParameterException e) {
      throw new SettingsException(sentence(e));
    }
    List<CommandLine> asked = root.asCommandLineList();
    CommandLine last = asked.get(asked.size() - 1);
    ParseResult result = last.getParseResult();
    if (result.isUsageHelpRequested()) {
      return new Command.Print(last.getUsageMessage());
    }
    return switch (last.getCommandName()) {
      case "serve" -> new Command.Serve(settings(root, result, environment));
      case DoctorReader.DOCTOR ->
          new DoctorReader(result, environment).command(settings(root, result, environment));
      case ConfigureReader.CONFIGURE ->
          new Command.Configure(new ConfigureReader(result, environment).options());
      case ConfigureReader.CLEANUP ->
          new Command.Cleanup(new ConfigureReader(result, environment).configPath());
      case PullReader.PULL -> PullReader.read(result, environment);
      case "demo" -> new Command.Demo(result.matchedOptionValue("--keep", false));
      case "version" -> new Command.Version(isJson(result.matchedOptionValue("--format", "text")));
      default ->
          throw new SettingsException(
              "sluice: the command is missing; write one of serve, doctor, configure, cleanup,"
                  + " pull, demo or version, or --help for more.");
    };
  }

  private static CommandSpec specification() {
    CommandSpec root = CommandSpec.create().name("sluice");
    root.usageMessage()
        .description("A node-local, peer-to-peer OCI registry mirror whose memory does not grow.")
        .width(100);
    root.addOption(option(Setting.LOG_LEVEL).scopeType(ScopeType.INHERIT).build());
    root.addOption(help().scopeType(ScopeType.INHERIT).build());
    root.addSubcommand("serve", withSettings("Runs a node until it is told to stop."));
    DoctorReader.addTo(root);
    ConfigureReader.addTo(root);
    PullReader.addTo(root);
    CommandSpec demo = command("Shows two nodes at work, on loopback.");
    demo.addOption(
        OptionSpec.builder("--keep")
            .type(boolean.class)
            .description("Leave both nodes running, and say how to pull from them.")
            .build());
    root.addSubcommand("demo", demo);
    CommandSpec version = command("Says which version this is.");
    version.addOption(
        OptionSpec.builder("--format")
            .type(String.class)
            .paramLabel("FORMAT")
            .description("text (the default) or json.")
            .build());
    root.addSubcommand("version", version);
    return root;
  }

  static CommandSpec withSettings(String description) {
    CommandSpec command = command(description);
    for (Setting setting : Setting.values()) {
      if (setting != Setting.LOG_LEVEL) {
        command.addOption(option(setting).build());
      }
    }
    return command;
  }

  static CommandSpec command(String description) {
    CommandSpec command = CommandSpec.create();
    command.usageMessage().description(description).width(100);
    return command;
  }

  static OptionSpec.Builder option(Setting setting) {
    OptionSpec.Builder builder = OptionSpec.builder(setting.flag()).type(String.class);
    if (setting.isList()) {
      builder.type(List.class).auxiliaryTypes(String.class).arity("1..*");
    }
    return builder
        .paramLabel(setting.valueName())
        .description(
            setting.description(),
            // picocli formats descriptions; a percent sign would need doubling.
            "Default: " + setting.defaultText() + ". Variable: " + setting.environmentVariable());
  }

  private static OptionSpec.Builder help() {
    return OptionSpec.builder("-h", "--help")
        .type(boolean.class)
        .usageHelp(true)
        .description("Print this.");
  }

  private static Settings settings(
      ParseResult root, ParseResult result, UnaryOperator<String> environment) {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String value = value(result, setting);
      if (value == null && setting == Setting.LOG_LEVEL) {
        value = root.matchedOptionValue(setting.flag(), null);
      }
      if (value != null) {
        flags.put(setting, value);
      }
    }
    return SettingsReader.read(flags, environment);
  }

  /** One value, or a line for each; null where the flag is not given. */
  private static String value(ParseResult result, Setting setting) {
    if (!setting.isList()) {
      return result.matchedOptionValue(setting.flag(), null);
    }
    List<String> values = result.matchedOptionValue(setting.flag(), null);
    return values == null ? null : String.join("\n", values);
  }

  private static boolean isJson(String format) {
    return switch (format) {
      case "text" -> false;
      case "json" -> true;
      default ->
          throw new SettingsException(
              "--format " + format + ": no such format; write text or json.");
    };
  }

  /** What is wrong, in the form that all complaints about settings have. */
  private static String sentence(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    if (e instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().get(0);
      List<String> similar = unmatched.getSuggestions();
      String remedy =
          similar.isEmpty() ? "" : "did you mean " + String.join(" or ", similar) + "? Otherwise ";
      return argument
          + ": "
          + command
          + " does not know this; "
          + remedy
          + "see "
          + command
          + " --help.";
    }
    if (e instanceof OverwrittenOptionException twice) {
      return ((OptionSpec) twice.getOverwritten()).longestName() + ": given twice; give it once.";
    }
    if (e instanceof MissingParameterException missing
        && missing.getMissing().get(0) instanceof OptionSpec option) {
      return option.longestName()
          + ": the value is missing; write "
          + option.longestName()
          + " "
          + option.paramLabel()
          + ".";
    }
    if (e.getArgSpec() instanceof OptionSpec option) {
      return option.longestName() + ": the value makes no sense; see " + command + " --help.";
    }
    return command + ": " + e.getMessage() + "; see " + command + " --help.";
  }
}
