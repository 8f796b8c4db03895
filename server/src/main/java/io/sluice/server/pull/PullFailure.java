package io.sluice.server.pull;

import io.sluice.containerd.ContainerdException;

/** Says in one sentence why an image was not pulled, and what helps. */
final class PullFailure {
  private static final int CAUSE_CHARACTERS_MAX = 500;

  private PullFailure() {}

  static String sentence(PullReference reference, Throwable cause) {
    if (!(cause instanceof ContainerdException failure)) {
      return reference + " could not be pulled: " + cause + ".";
    }
    String said = said(failure);
    return switch (failure.kind()) {
      case UNIMPLEMENTED ->
          "containerd's cri plugin is off or has not loaded; take it out of disabled_plugins in"
              + " containerd's config.toml, see its log, and restart it.";
      case NOT_FOUND ->
          reference + " was not found by any mirror nor upstream; check registry, name and tag.";
      case DEADLINE ->
          reference
              + " was not pulled in time; what has come so far is kept, so pull again, with a"
              + " longer --timeout.";
      case FAILED -> reference + " could not be pulled: " + said;
      default -> said;
    };
  }

  /** What was said, on one line, with a capital letter and a full stop. */
  private static String said(ContainerdException failure) {
    String text = String.valueOf(failure.getMessage()).replaceAll("[^\\x20-\\x7e]+", " ").strip();
    String cut =
        text.length() <= CAUSE_CHARACTERS_MAX
            ? text
            : text.substring(0, CAUSE_CHARACTERS_MAX) + "...";
    return cut.endsWith(".") ? cut : cut + ".";
  }
}
