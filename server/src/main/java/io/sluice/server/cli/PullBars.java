package io.sluice.server.cli;

import io.sluice.server.pull.BlobProgress;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** A bar for each layer, drawn anew in place on a terminal, and gone at the end. */
final class PullBars implements PullView {
  /** What a terminal of 24 lines shows without scrolling. */
  static final int BARS_MAX = 20;

  private static final int BAR_WIDTH = 30;
  private static final String UP = "\u001b[%dA";
  private static final String CLEAR_LINE = "\u001b[2K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintStream out;
  private int drawn;

  PullBars(PrintStream out) {
    this.out = out;
  }

  @Override
  public void onProgress(List<BlobProgress> blobs) {
    List<BlobProgress> layers = blobs.stream().filter(b -> b.kind().equals("layer")).toList();
    // Those that are done make room for those that are not.
    List<BlobProgress> shown =
        layers.size() <= BARS_MAX ? layers : layers.stream().filter(b -> !b.done()).toList();
    StringBuilder text = new StringBuilder(top());
    int lines = 0;
    for (BlobProgress layer : shown.subList(0, Math.min(shown.size(), BARS_MAX))) {
      text.append(CLEAR_LINE).append(line(layer)).append('\n');
      lines++;
    }
    if (layers.size() > lines) {
      text.append(CLEAR_LINE).append("and " + (layers.size() - lines) + " more layers\n");
      lines++;
    }
    out.print(text.append(CLEAR_BELOW));
    out.flush();
    drawn = lines;
  }

  @Override
  public void end() {
    out.print(top() + (drawn > 0 ? CLEAR_BELOW : ""));
    out.flush();
    drawn = 0;
  }

  private String top() {
    return drawn > 0 ? UP.formatted(drawn) : "";
  }

  private static String line(BlobProgress layer) {
    double part = layer.totalBytes() > 0 ? (double) layer.offsetBytes() / layer.totalBytes() : 0;
    int full = (int) (BAR_WIDTH * Math.clamp(part, 0.0, 1.0));
    String bar = "#".repeat(full) + ".".repeat(BAR_WIDTH - full);
    String sizes =
        layer.totalBytes() > 0
            ? PullTable.size(layer.offsetBytes()) + " / " + PullTable.size(layer.totalBytes())
            : "waits";
    return String.format(
        Locale.ROOT, "%s [%s] %s", PullTable.shortDigest(layer.digest()), bar, sizes);
  }
}
