package io.sluice.server.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which images a node has to do with: what is filtered out is neither served, nor told to peers,
 * nor asked of them. Any thread may call.
 *
 * @param registries the only registries, by their exact {@code host} or {@code host:port}; empty
 *     for all
 * @param exclusions what is found anywhere in {@code registry/repository[:tag]} excludes the image
 */
public record ImageFilter(List<String> registries, List<Pattern> exclusions) {
  /** Nothing is filtered out. */
  public static final ImageFilter NONE = new ImageFilter(List.of(), List.of());

  /** A filter that does not change any more. */
  public ImageFilter {
    registries = List.copyOf(registries);
    exclusions = List.copyOf(exclusions);
  }

  /** Whether nothing is filtered out. */
  public boolean isOpen() {
    return registries.isEmpty() && exclusions.isEmpty();
  }

  /**
   * Whether an image, or with {@code tagOrNull} null any content of a repository, is let through.
   *
   * @param registry empty for a name without one, which only passes where all registries do
   */
  public boolean allows(String registry, String repository, String tagOrNull) {
    if (!registries.isEmpty() && !registries.contains(registry)) {
      return false;
    }
    if (exclusions.isEmpty()) {
      return true;
    }
    String name =
        (registry.isEmpty() ? "" : registry + '/')
            + repository
            + (tagOrNull == null ? "" : ':' + tagOrNull);
    for (Pattern exclusion : exclusions) {
      if (excludes(exclusion, name)) {
        return false;
      }
    }
    return true;
  }

  /** Who may name images must not keep the node busy: what takes too long to decide is excluded. */
  private static boolean excludes(Pattern exclusion, String name) {
    try {
      return exclusion.matcher(new Effort(name, new int[1])).find();
    } catch (EffortException tooMuch) {
      return true;
    }
  }

  /** Says when matching has looked at more characters than it may. */
  private static final class EffortException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EffortException() {
      super("more than " + Limits.FILTER_STEPS_MAX + " steps", null, false, false);
    }
  }

  /** A text that counts how often it is looked at. */
  private record Effort(CharSequence text, int[] steps) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > Limits.FILTER_STEPS_MAX) {
        throw new EffortException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Effort(text.subSequence(start, end), steps);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
