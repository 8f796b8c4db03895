package io.sluice.server.store;

import java.util.Optional;

/**
 * The name of an image in containerd: {@code registry/repository[:tag][@digest]}, where the part
 * before the first slash is always the registry.
 *
 * @param registry empty for a name without a slash
 * @param tagOrNull null for a name that only has a digest, or neither
 */
record ImageName(String registry, String repository, String tagOrNull) {
  /** The parts of a name; empty when it is none that a registry could have. */
  static Optional<ImageName> parse(String text) {
    int at = text.indexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    int slash = name.indexOf('/');
    String registry = slash < 0 ? "" : name.substring(0, slash);
    String rest = name.substring(slash + 1);
    int colon = rest.lastIndexOf(':');
    String repository = colon < 0 ? rest : rest.substring(0, colon);
    String tagOrNull = colon < 0 ? null : rest.substring(colon + 1);
    boolean valid =
        (slash < 0 || Reference.isRegistry(registry))
            && Reference.isRepository(repository)
            && (tagOrNull == null || Reference.isTag(tagOrNull))
            // The runtime interface names each image a second time by the digest of its
            // configuration.
            && Digest.tryParse(text).isEmpty();
    return valid ? Optional.of(new ImageName(registry, repository, tagOrNull)) : Optional.empty();
  }

  /** The name as a tag of its registry, where it is one. */
  Optional<Reference> reference() {
    return tagOrNull == null
        ? Optional.empty()
        : Optional.of(new Reference(registry, repository, tagOrNull));
  }
}
