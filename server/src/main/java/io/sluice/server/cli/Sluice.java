package io.sluice.server.cli;

import io.sluice.server.config.BuildInfo;
import io.sluice.server.config.Settings;
import io.sluice.server.config.SettingsException;
import io.sluice.server.config.StartupException;
import io.sluice.server.demo.Demo;
import io.sluice.server.log.Log;
import io.sluice.server.mirror.MirrorConfiguration;
import io.sluice.server.node.Node;
import io.sluice.server.pull.Puller;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The command line of Sluice. Exit codes: 0 done, 1 could not, 2 the command makes no sense. */
public final class Sluice {
  /** Set by the {@code sluice} script: its own path. */
  private static final String SCRIPT_PROPERTY = "sluice.script";

  private final UnaryOperator<String> environment;
  private final PrintStream out;
  private final PrintStream err;
  private final NodeLauncher launcher;
  private final Signals signals;

  Sluice(
      UnaryOperator<String> environment,
      PrintStream out,
      PrintStream err,
      NodeLauncher launcher,
      Signals signals) {
    this.environment = environment;
    this.out = out;
    this.err = err;
    this.launcher = launcher;
    this.signals = signals;
  }

  /** Runs the command line and ends the process. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /**
   * Runs a command line in this process.
   *
   * @return the exit code
   */
  public static int run(String... args) {
    return new Sluice(
            System::getenv, System.out, System.err, Sluice::startNode, Signals.ofProcess())
        .execute(args);
  }

  /** Starts the real node. */
  private static NodeHandle startNode(Settings settings) {
    return new RunningNode(Node.start(settings));
  }

  /**
   * Runs a command line.
   *
   * @return the exit code
   */
  int execute(String... args) {
    try {
      return execute(CommandLineReader.read(environment, args));
    } catch (SettingsException e) {
      err.println(e.getMessage());
      return ExitCode.USAGE;
    } catch (StartupException e) {
      err.println(e.getMessage());
      return ExitCode.FAILURE;
    }
  }

  /** Whether lines that were printed can be drawn anew. */
  private boolean isTerminal() {
    try {
      String output = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      boolean dumb = "dumb".equals(environment.apply("TERM"));
      return out == System.out && !dumb && output.matches("/dev/(pts/|tty|console).*");
    } catch (IOException e) {
      return false;
    }
  }

  private int execute(Command command) {
    return switch (command) {
      case Command.Serve serve -> {
        Log.threshold(serve.settings().logLevel());
        yield new ServeCommand(launcher, signals, Runtime.getRuntime()::halt).run(serve.settings());
      }
      case Command.Doctor doctor -> new DoctorCommand(out).run(doctor);
      case Command.Configure configure -> {
        new MirrorConfiguration(out::println).configure(configure.options());
        yield ExitCode.OK;
      }
      case Command.Cleanup cleanup -> {
        new MirrorConfiguration(out::println).cleanUp(cleanup.configPath());
        yield ExitCode.OK;
      }
      case Command.Pull pull -> {
        Puller puller = new Puller(pull.socket(), new NodeSources(pull.metrics(), err));
        yield new PullCommand(out, err, signals, isTerminal())
            .run(puller, pull.references(), pull.timeout());
      }
      case Command.Demo demo -> {
        new Demo(Path.of(System.getProperty(SCRIPT_PROPERTY, "sluice")), out).run(demo.keep());
        yield ExitCode.OK;
      }
      case Command.Version version -> {
        BuildInfo build = BuildInfo.read();
        out.println(version.json() ? build.toJson() : build.toText());
        yield ExitCode.OK;
      }
      case Command.Print print -> {
        out.print(print.text());
        yield ExitCode.OK;
      }
    };
  }
}
