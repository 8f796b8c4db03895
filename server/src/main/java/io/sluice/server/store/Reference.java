package io.sluice.server.store;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an image: {@code registry/repository:tag}.
 *
 * <p>Repository and tag follow the OCI distribution specification 1.1 (pulling manifests); the
 * registry is a host name or address with an optional port. All of it is ASCII.
 *
 * @param registry such as {@code acme.test} or {@code 10.0.0.1:5000}; empty when the name has none
 * @param repository such as {@code library/nginx}, at most {@link #REPOSITORY_LENGTH_MAX}
 *     characters
 * @param tag at most 128 characters
 */
public record Reference(String registry, String repository, String tag) {
  /** Longest repository name. */
  public static final int REPOSITORY_LENGTH_MAX = 255;

  /** Longest registry name. */
  public static final int REGISTRY_LENGTH_MAX = 255;

  private static final int TAG_LENGTH_MAX = 128;
  private static final int LENGTH_MAX =
      REGISTRY_LENGTH_MAX + REPOSITORY_LENGTH_MAX + TAG_LENGTH_MAX + "@sha512:".length() + 130;

  // Possessive, so that hostile names cannot make matching slow.
  private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|__?+|-++)[a-z0-9]++)*+";
  private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}+");
  private static final Pattern REGISTRY =
      Pattern.compile("(?:[a-zA-Z0-9](?:[a-zA-Z0-9._-])*+|\\[[0-9a-fA-F:.]++\\])(?::[0-9]{1,5})?+");

  /**
   * @throws IllegalArgumentException when a part is not valid
   */
  public Reference {
    if (!registry.isEmpty() && !isRegistry(registry)) {
      throw new IllegalArgumentException("The registry of an image name is host or host:port.");
    }
    if (!isRepository(repository) || !isTag(tag)) {
      throw new IllegalArgumentException(
          "An image name is registry/repository:tag; the repository is lower case.");
    }
  }

  /**
   * Parses {@code [registry/]repository[:tag][@digest]}. The part before the first slash is the
   * registry when it contains a dot or a colon or is {@code localhost}; without a tag and without a
   * digest the tag is {@code latest}.
   *
   * @return empty when {@code text} is no valid name, or names a digest without a tag
   */
  public static Optional<Reference> parse(String text) {
    if (text == null || text.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    int at = text.indexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    int slash = name.indexOf('/');
    boolean hasRegistry = slash > 0 && isHost(name.substring(0, slash));
    String registry = hasRegistry ? name.substring(0, slash) : "";
    String rest = hasRegistry ? name.substring(slash + 1) : name;
    int colon = rest.indexOf(':');
    if (colon < 0 && at >= 0) {
      return Optional.empty();
    }
    return of(
        registry,
        colon < 0 ? rest : rest.substring(0, colon),
        colon < 0 ? "latest" : rest.substring(colon + 1));
  }

  /** The reference, or empty when a part is not valid. */
  public static Optional<Reference> of(String registry, String repository, String tag) {
    boolean valid =
        (registry.isEmpty() || isRegistry(registry)) && isRepository(repository) && isTag(tag);
    return valid ? Optional.of(new Reference(registry, repository, tag)) : Optional.empty();
  }

  /** Whether {@code text} is a valid repository name. */
  public static boolean isRepository(String text) {
    return text.length() <= REPOSITORY_LENGTH_MAX && REPOSITORY.matcher(text).matches();
  }

  /** Whether {@code text} is a valid tag. */
  public static boolean isTag(String text) {
    return text.length() <= TAG_LENGTH_MAX && TAG.matcher(text).matches();
  }

  /** Whether {@code text} can be the name of a registry. */
  public static boolean isRegistry(String text) {
    return text.length() <= REGISTRY_LENGTH_MAX && REGISTRY.matcher(text).matches();
  }

  /** {@code registry/repository:tag}. */
  @Override
  public String toString() {
    return (registry.isEmpty() ? "" : registry + '/') + repository + ':' + tag;
  }

  private static boolean isHost(String text) {
    return text.equals("localhost") || text.indexOf('.') >= 0 || text.indexOf(':') >= 0;
  }
}
