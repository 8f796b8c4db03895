package io.sluice.server.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Writes events as lines of {@code time level logger message key=value ...} to standard error.
 *
 * <p>For the control plane only: a line allocates, and it may wait for whoever reads standard
 * error. Each line is one {@code write(2)}, so lines of different threads do not mix. Any thread
 * may call.
 */
public final class Log {
  /** Longest line in UTF-16 units, line feed included; the rest of an event is cut. */
  static final int LINE_CHARACTERS = 8192;

  private static final Object WRITE_LOCK = new Object();

  private static volatile Level threshold = Level.INFO;
  private static OutputStream sink = new FileOutputStream(FileDescriptor.err);

  private final String name;

  private Log(String name) {
    this.name = name;
  }

  /** The log of the part of the node called {@code name}, such as {@code containerd}. */
  public static Log of(String name) {
    return new Log(Objects.requireNonNull(name));
  }

  /** Drops all events below {@code level} from now on, for every logger. */
  public static void threshold(Level level) {
    threshold = Objects.requireNonNull(level);
  }

  /** Sends lines to {@code stream} and returns where they went before; for tests. */
  static OutputStream redirect(OutputStream stream) {
    synchronized (WRITE_LOCK) {
      OutputStream before = sink;
      sink = stream;
      return before;
    }
  }

  /** Whether an event of {@code level} would be written. */
  public boolean isEnabled(Level level) {
    return level.compareTo(threshold) >= 0;
  }

  /**
   * Writes an event for developers.
   *
   * @param keysAndValues keys and values in turn
   */
  public void debug(String message, Object... keysAndValues) {
    write(Level.DEBUG, message, null, keysAndValues);
  }

  /**
   * Writes an event for operators.
   *
   * @param keysAndValues keys and values in turn
   */
  public void info(String message, Object... keysAndValues) {
    write(Level.INFO, message, null, keysAndValues);
  }

  /**
   * Writes an event that the node copes with.
   *
   * @param keysAndValues keys and values in turn
   */
  public void warn(String message, Object... keysAndValues) {
    write(Level.WARN, message, null, keysAndValues);
  }

  /**
   * Writes an event that the node copes with; the cause goes into the key {@code cause}.
   *
   * @param keysAndValues keys and values in turn
   */
  public void warn(String message, Throwable cause, Object... keysAndValues) {
    write(Level.WARN, message, cause, keysAndValues);
  }

  /**
   * Writes an event that somebody has to act upon.
   *
   * @param keysAndValues keys and values in turn
   */
  public void error(String message, Object... keysAndValues) {
    write(Level.ERROR, message, null, keysAndValues);
  }

  /**
   * Writes an event that somebody has to act upon; the cause goes into the key {@code cause}, and
   * the place it comes from into {@code at}.
   *
   * @param keysAndValues keys and values in turn
   */
  public void error(String message, Throwable cause, Object... keysAndValues) {
    write(Level.ERROR, message, cause, keysAndValues);
  }

  private void write(Level level, String message, Throwable cause, Object[] keysAndValues) {
    if (!isEnabled(level)) {
      return;
    }
    LogLine line = new LogLine(Instant.now().truncatedTo(ChronoUnit.MILLIS), level, name, message);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Object value = i + 1 < keysAndValues.length ? keysAndValues[i + 1] : "?";
      line.add(String.valueOf(keysAndValues[i]), String.valueOf(value));
    }
    if (cause != null) {
      line.add("cause", cause.toString());
      StackTraceElement[] trace = cause.getStackTrace();
      if (trace.length > 0) {
        line.add("at", trace[0].toString());
      }
    }
    byte[] bytes = line.end().getBytes(StandardCharsets.UTF_8);
    synchronized (WRITE_LOCK) {
      try {
        sink.write(bytes);
        sink.flush();
      } catch (IOException e) {
        // Nobody is left to tell; losing a line is better than losing the node.
        return;
      }
    }
  }
}
