package io.sluice.containerd;

import java.time.Instant;
import java.util.Map;

/**
 * Something that has happened in containerd.
 *
 * @param time when, by its clock; {@link Instant#EPOCH} if not said
 * @param namespace where
 * @param topic such as {@code /images/create}
 * @param change what; {@link Other} if this client does not know it
 */
public record Event(Instant time, String namespace, String topic, Change change) {
  /** What has happened. */
  public sealed interface Change {}

  /** An image's name appeared; labels not to be changed. */
  public record ImageCreated(String name, Map<String, String> labels) implements Change {}

  /** An image's name leads elsewhere, or its labels changed; labels not to be changed. */
  public record ImageUpdated(String name, Map<String, String> labels) implements Change {}

  /** An image's name is gone. */
  public record ImageDeleted(String name) implements Change {}

  /** A blob is complete; only containerd 2 says so. */
  public record ContentCreated(String digest, long sizeBytes) implements Change {}

  /**
   * A namespace no longer has a blob, as somebody removed it; of what is collected nothing is said.
   */
  public record ContentDeleted(String digest) implements Change {}

  /** A namespace appeared; labels not to be changed. */
  public record NamespaceCreated(String name, Map<String, String> labels) implements Change {}

  /** A namespace's labels changed; labels not to be changed. */
  public record NamespaceUpdated(String name, Map<String, String> labels) implements Change {}

  /** A namespace is gone. */
  public record NamespaceDeleted(String name) implements Change {}

  /**
   * Something else; the topic says what.
   *
   * @param type name of the message that describes it, such as {@code containerd.events.TaskExit}
   */
  public record Other(String type) implements Change {}
}
