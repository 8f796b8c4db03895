package io.sluice.containerd;

import io.sluice.containerd.CriStatus.Condition;
import io.sluice.containerd.protobuf.MessageReader;
import io.sluice.containerd.protobuf.ProtobufException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages into records. Field numbers are those of the {@code .proto} files in {@code
 * src/main/proto}; what a message does not say is empty, zero or the epoch.
 */
final class Decode {
  private static final MessageReader EMPTY = new MessageReader(new byte[0]);

  private Decode() {}

  static Version version(MessageReader in) throws ProtobufException {
    String version = "";
    String revision = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> version = in.text();
        case 2 -> revision = in.text();
        default -> {}
      }
    }
    return new Version(version, revision);
  }

  static Namespace namespace(MessageReader in) throws ProtobufException {
    String name = "";
    Map<String, String> labels = Map.of();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> labels = withEntry(labels, in.message());
        default -> {}
      }
    }
    return new Namespace(name, unmodifiable(labels));
  }

  static Image image(MessageReader in) throws ProtobufException {
    String name = "";
    Descriptor target = new Descriptor("", "", 0);
    Map<String, String> labels = Map.of();
    Instant createdAt = Instant.EPOCH;
    Instant updatedAt = Instant.EPOCH;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> labels = withEntry(labels, in.message());
        case 3 -> target = descriptor(in.message());
        case 7 -> createdAt = timestamp(in.message());
        case 8 -> updatedAt = timestamp(in.message());
        default -> {}
      }
    }
    return new Image(name, target, unmodifiable(labels), createdAt, updatedAt);
  }

  private static Descriptor descriptor(MessageReader in) throws ProtobufException {
    String mediaType = "";
    String digest = "";
    long sizeBytes = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> mediaType = in.text();
        case 2 -> digest = in.text();
        case 3 -> sizeBytes = in.number();
        default -> {}
      }
    }
    return new Descriptor(mediaType, digest, sizeBytes);
  }

  static Content content(MessageReader in) throws ProtobufException {
    String digest = "";
    long sizeBytes = 0;
    Map<String, String> labels = Map.of();
    Instant createdAt = Instant.EPOCH;
    Instant updatedAt = Instant.EPOCH;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> digest = in.text();
        case 2 -> sizeBytes = in.number();
        case 3 -> createdAt = timestamp(in.message());
        case 4 -> updatedAt = timestamp(in.message());
        case 5 -> labels = withEntry(labels, in.message());
        default -> {}
      }
    }
    return new Content(digest, sizeBytes, unmodifiable(labels), createdAt, updatedAt);
  }

  static Ingest ingest(MessageReader in) throws ProtobufException {
    Instant startedAt = Instant.EPOCH;
    Instant updatedAt = Instant.EPOCH;
    String ref = "";
    long offsetBytes = 0;
    long totalBytes = 0;
    String expectedDigest = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> startedAt = timestamp(in.message());
        case 2 -> updatedAt = timestamp(in.message());
        case 3 -> ref = in.text();
        case 4 -> offsetBytes = in.number();
        case 5 -> totalBytes = in.number();
        case 6 -> expectedDigest = in.text();
        default -> {}
      }
    }
    return new Ingest(ref, offsetBytes, totalBytes, expectedDigest, startedAt, updatedAt);
  }

  static CriStatus criStatus(MessageReader in) throws ProtobufException {
    List<Condition> conditions = new ArrayList<>();
    Map<String, String> info = Map.of();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          MessageReader status = in.message();
          while (status.next()) {
            if (status.field() == 1) {
              conditions.add(condition(status.message()));
            }
          }
        }
        case 2 -> info = withEntry(info, in.message());
        default -> {}
      }
    }
    return new CriStatus(Collections.unmodifiableList(conditions), unmodifiable(info));
  }

  private static Condition condition(MessageReader in) throws ProtobufException {
    String type = "";
    boolean holds = false;
    String reason = "";
    String message = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = in.text();
        case 2 -> holds = in.number() != 0;
        case 3 -> reason = in.text();
        case 4 -> message = in.text();
        default -> {}
      }
    }
    return new Condition(type, holds, reason, message);
  }

  /** The last message of a field; an empty one if there is none. */
  static MessageReader only(MessageReader in, int field) throws ProtobufException {
    MessageReader found = EMPTY;
    while (in.next()) {
      if (in.field() == field) {
        found = in.message();
      }
    }
    return found;
  }

  /** The last text of a field; empty if there is none. */
  static String text(MessageReader in, int field) throws ProtobufException {
    String found = "";
    while (in.next()) {
      if (in.field() == field) {
        found = in.text();
      }
    }
    return found;
  }

  /** A map with one more entry; a new one if it was the empty constant. */
  static Map<String, String> withEntry(Map<String, String> map, MessageReader in)
      throws ProtobufException {
    String key = "";
    String value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text();
        case 2 -> value = in.text();
        default -> {}
      }
    }
    Map<String, String> grown = map.isEmpty() ? new LinkedHashMap<>() : map;
    if (grown.size() < ContainerdLimits.LABELS_MAX || grown.containsKey(key)) {
      grown.put(key, value);
    }
    return grown;
  }

  static Map<String, String> unmodifiable(Map<String, String> map) {
    return Collections.unmodifiableMap(map);
  }

  static Instant timestamp(MessageReader in) throws ProtobufException {
    long seconds = 0;
    long nanos = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> seconds = in.number();
        case 2 -> nanos = in.number();
        default -> {}
      }
    }
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException | ArithmeticException e) {
      // Nothing depends on it.
      return Instant.EPOCH;
    }
  }
}
