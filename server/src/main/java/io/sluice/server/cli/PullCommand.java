package io.sluice.server.cli;

import io.sluice.server.pull.PullReference;
import io.sluice.server.pull.PullResult;
import io.sluice.server.pull.Puller;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Has containerd pull images one after the other, shows how it goes, and says what came whence. */
final class PullCommand {
  private final PrintStream out;
  private final PrintStream err;
  private final Signals signals;
  private final boolean terminal;

  /**
   * Prepares to pull.
   *
   * @param terminal whether {@code out} is one, where lines can be drawn anew
   */
  PullCommand(PrintStream out, PrintStream err, Signals signals, boolean terminal) {
    this.out = out;
    this.err = err;
    this.signals = signals;
    this.terminal = terminal;
  }

  /**
   * Pulls until all is done or a signal comes.
   *
   * @return the exit code: 0 if containerd has all images
   */
  int run(Puller puller, List<PullReference> references, Duration timeout) {
    Thread self = Thread.currentThread();
    signals.onTerminate(self::interrupt);
    int code = ExitCode.OK;
    for (int i = 0; i < references.size(); i++) {
      PullReference reference = references.get(i);
      PullView view = terminal ? new PullBars(out) : new PullLines(out);
      try {
        PullResult result = puller.pull(reference, timeout, view);
        view.end();
        print(result);
        code = result.ok() ? code : ExitCode.FAILURE;
      } catch (InterruptedException e) {
        view.end();
        String left =
            references.subList(i, references.size()).stream()
                .map(PullReference::name)
                .collect(Collectors.joining(", "));
        err.println(
            "Stopped; left to pull: "
                + left
                + ". containerd keeps for a while what has come, and goes on from there.");
        return ExitCode.FAILURE;
      }
    }
    return code;
  }

  private void print(PullResult result) {
    if (result.ok()) {
      out.print(PullTable.of(result));
    } else {
      err.println(result.error());
    }
  }
}
