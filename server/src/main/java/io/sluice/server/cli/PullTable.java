package io.sluice.server.cli;

import io.sluice.server.metrics.SourceReport;
import io.sluice.server.pull.PullResult;
import io.sluice.server.pull.PulledBlob;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What an image is made of, how much that is, where it came from, and when. */
final class PullTable {
  private static final String ROW = "%-9s %-12s %10s %9s  %s%n";
  private static final String WAS_THERE = "was there";
  private static final String THIS_NODE = "this node";
  private static final int DIGITS = 12;
  private static final double NS_PER_SECOND = 1e9;
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private PullTable() {}

  /** A line for the image, and one for each of its blobs. */
  static String of(PullResult result) {
    long bytes = result.blobs().stream().mapToLong(PulledBlob::sizeBytes).sum();
    StringBuilder text = new StringBuilder();
    text.append(result.reference())
        .append(": ")
        .append(size(bytes))
        .append(" in ")
        .append(seconds(result.tookNs()))
        .append(System.lineSeparator())
        .append(row("WHAT", "DIGEST", "SIZE", "AFTER", "SOURCE"));
    for (PulledBlob blob : result.blobs()) {
      text.append(
          row(
              blob.kind(),
              shortDigest(blob.digest()),
              size(blob.sizeBytes()),
              blob.wasThere() ? "-" : seconds(blob.doneAfterNs()),
              source(blob)));
    }
    return text.toString();
  }

  /** The first digits, without the algorithm. */
  static String shortDigest(String digest) {
    String digits = digest.substring(digest.indexOf(':') + 1);
    return digits.substring(0, Math.min(DIGITS, digits.length()));
  }

  /** A number of bytes, with one decimal from a kibibyte on. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  private static String row(String kind, String digest, String size, String after, String source) {
    return String.format(Locale.ROOT, ROW, kind, digest, size, after, source);
  }

  private static String seconds(long ns) {
    return String.format(Locale.ROOT, "%.1f s", ns / NS_PER_SECOND);
  }

  /** One name, or all of them with their shares, the largest first. */
  private static String source(PulledBlob blob) {
    if (blob.wasThere()) {
      return WAS_THERE;
    }
    boolean one = blob.sources().size() == 1;
    return blob.sources().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(
            share ->
                name(share.getKey())
                    + (one ? "" : " " + share.getValue() * 100 / blob.sizeBytes() + " %"))
        .collect(Collectors.joining(", "));
  }

  private static String name(String source) {
    return source.equals(SourceReport.STORE) ? THIS_NODE : source;
  }
}
