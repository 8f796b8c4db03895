package io.sluice.server.config;

import java.util.List;

/**
 * Which images a node has to do with: what is filtered out is neither served, nor told to peers,
 * nor asked of them. Any thread may call.
 *
 * @param registries the only registries, by their exact {@code host} or {@code host:port}; empty
 *     for all
 * @param exclusions what is found anywhere in {@code registry/repository[:tag]} excludes the image
 */
public record ImageFilter(List<String> registries, List<Exclusion> exclusions) {
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
    return exclusions.stream().noneMatch(exclusion -> exclusion.isIn(name));
  }
}
