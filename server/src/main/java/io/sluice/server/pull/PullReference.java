package io.sluice.server.pull;

import io.sluice.server.store.Digest;
import io.sluice.server.store.Reference;

/**
 * What is to be pulled, as containerd's {@code cri} plug-in understands a reference: {@code debian}
 * is {@code docker.io/library/debian:latest}, and a tag in front of a digest does not count.
 *
 * @param registry such as {@code docker.io} or {@code 10.0.0.1:5000}
 * @param repository such as {@code library/debian}
 * @param suffix {@code :tag} or {@code @digest}
 */
public record PullReference(String registry, String repository, String suffix) {
  private static final String DOCKER = "docker.io";
  private static final String EXPECTED = "write registry/repository:tag or registry/repository@";

  /**
   * Reads a reference.
   *
   * @throws IllegalArgumentException with a sentence that says what is expected
   */
  public static PullReference parse(String text) {
    if (text.length() > PullLimits.REFERENCE_CHARACTERS_MAX) {
      throw new IllegalArgumentException(
          "A reference has at most " + PullLimits.REFERENCE_CHARACTERS_MAX + " characters.");
    }
    int at = text.indexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    int slash = name.indexOf('/');
    boolean hasRegistry = slash > 0 && isRegistry(name.substring(0, slash));
    String registry = hasRegistry ? name.substring(0, slash) : DOCKER;
    String rest = hasRegistry ? name.substring(slash + 1) : name;
    int colon = rest.indexOf(':');
    String path = colon < 0 ? rest : rest.substring(0, colon);
    String tag = colon < 0 ? "latest" : rest.substring(colon + 1);
    if (registry.equals("index.docker.io")) {
      registry = DOCKER;
    }
    String repository = registry.equals(DOCKER) && path.indexOf('/') < 0 ? "library/" + path : path;
    boolean valid =
        Reference.isRegistry(registry)
            && Reference.isRepository(repository)
            && Reference.isTag(tag)
            && (at < 0 || Digest.tryParse(text.substring(at + 1)).isPresent());
    if (!valid) {
      throw new IllegalArgumentException(
          printable(text) + ": no image can have this name; " + EXPECTED + "sha256:...");
    }
    return new PullReference(registry, repository, at < 0 ? ":" + tag : text.substring(at));
  }

  /** The image's name in containerd. */
  public String name() {
    return registry + '/' + repository + suffix;
  }

  /** What names the manifest within the repository. */
  public String tagOrDigest() {
    return suffix.substring(1);
  }

  /** As {@link #name()}. */
  @Override
  public String toString() {
    return name();
  }

  /** As Docker tells a registry from the first part of a repository. */
  private static boolean isRegistry(String text) {
    boolean lower = text.chars().noneMatch(c -> c >= 'A' && c <= 'Z');
    return text.equals("localhost") || text.indexOf('.') >= 0 || text.indexOf(':') >= 0 || !lower;
  }

  private static String printable(String text) {
    String clean = text.replaceAll("[^\\x21-\\x7e]", "?");
    return clean.length() <= 80 ? clean : clean.substring(0, 80) + "...";
  }
}
