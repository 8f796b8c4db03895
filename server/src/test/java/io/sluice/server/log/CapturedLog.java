package io.sluice.server.log;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the whole process logs until this is closed, instead of standard error. */
public final class CapturedLog implements AutoCloseable {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final OutputStream before = Log.redirect(bytes);

  /** The lines so far that contain {@code text}. */
  public List<String> lines(String text) {
    String all = bytes.toString(StandardCharsets.UTF_8);
    return all.lines().filter(line -> line.contains(text)).toList();
  }

  /** The last lines, for a report of what went wrong; at most {@code count}. */
  public String tail(int count) {
    List<String> all = lines("");
    return String.join("\n", all.subList(Math.max(0, all.size() - count), all.size()));
  }

  @Override
  public void close() {
    Log.redirect(before);
  }
}
