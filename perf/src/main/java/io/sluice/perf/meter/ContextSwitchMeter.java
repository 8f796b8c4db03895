package io.sluice.perf.meter;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Context switches of all threads of some processes: {@code voluntary_ctxt_switches} and {@code
 * nonvoluntary_ctxt_switches} of {@code /proc/PID/task/TID/status}, proc_pid_status(5).
 *
 * <p>The kernel forgets the count of a thread that ends, so this remembers what it last saw of it:
 * what a thread did after the last reading before its end is lost. One thread at a time.
 */
public final class ContextSwitchMeter {
  private static final Path PROC = Path.of("/proc");
  private static final String VOLUNTARY = "voluntary_ctxt_switches:";
  private static final String FORCED = "nonvoluntary_ctxt_switches:";

  private final Path proc;
  private final Map<String, ContextSwitches> threads = new HashMap<>();
  private ContextSwitches replaced = ContextSwitches.NONE;

  /** A meter of the running system. */
  public ContextSwitchMeter() {
    this(PROC);
  }

  /**
   * A meter of any directory in that format.
   *
   * @param proc a directory with one directory for each process
   */
  ContextSwitchMeter(Path proc) {
    this.proc = proc;
  }

  /**
   * Looks at all threads that there are now.
   *
   * @param processIds the processes; one that has ended adds nothing new
   * @return all switches ever seen, those of threads that have ended included
   * @throws IOException when a living thread cannot be read
   */
  public ContextSwitches read(Iterable<Long> processIds) throws IOException {
    for (long id : processIds) {
      Path tasks = proc.resolve(id + "/task");
      if (!Files.exists(tasks)) {
        continue;
      }
      try (DirectoryStream<Path> all = Files.newDirectoryStream(tasks)) {
        for (Path thread : all) {
          look(thread);
        }
      } catch (DirectoryIteratorException | IOException ended) {
        if (Files.exists(tasks)) {
          throw new IOException("the threads of process " + id + " cannot be read", ended);
        }
      }
    }
    return threads.values().stream().reduce(replaced, ContextSwitches::plus);
  }

  private void look(Path thread) throws IOException {
    ContextSwitches now = ContextSwitches.NONE;
    try {
      for (String line : Files.readAllLines(thread.resolve("status"))) {
        if (line.startsWith(VOLUNTARY)) {
          now = new ContextSwitches(number(line), now.forced());
        } else if (line.startsWith(FORCED)) {
          now = new ContextSwitches(now.voluntary(), number(line));
        }
      }
    } catch (IOException e) {
      if (Files.exists(thread)) {
        throw e;
      }
      return;
    }
    ContextSwitches before = threads.put(thread.toString(), now);
    if (before != null
        && (before.voluntary() > now.voluntary() || before.forced() > now.forced())) {
      // Counts only rise: this is a new thread with the number of one that has ended.
      replaced = replaced.plus(before);
    }
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(line.indexOf(':') + 1).trim());
  }
}
