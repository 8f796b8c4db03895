package io.sluice.containerd;

import io.sluice.containerd.Event.Change;
import io.sluice.containerd.protobuf.MessageReader;
import io.sluice.containerd.protobuf.ProtobufException;
import java.time.Instant;
import java.util.Map;

/** Events out of their envelopes. */
final class DecodeEvent {
  /** Images' events are in the package of their service, the others in one for events. */
  private static final String PACKAGES = "containerd.";

  private static final MessageReader EMPTY = new MessageReader(new byte[0]);

  private DecodeEvent() {}

  static Event event(MessageReader in) throws ProtobufException {
    Instant time = Instant.EPOCH;
    String namespace = "";
    String topic = "";
    Change change = new Event.Other("");
    while (in.next()) {
      switch (in.field()) {
        case 1 -> time = Decode.timestamp(in.message());
        case 2 -> namespace = in.text();
        case 3 -> topic = in.text();
        case 4 -> change = any(in.message());
        default -> {}
      }
    }
    return new Event(time, namespace, topic, change);
  }

  private static Change any(MessageReader in) throws ProtobufException {
    String url = "";
    MessageReader value = EMPTY;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> url = in.text();
        case 2 -> value = in.message();
        default -> {}
      }
    }
    // The part before a slash says where the type is described, and varies.
    String type = url.substring(url.lastIndexOf('/') + 1);
    return type.startsWith(PACKAGES)
        ? change(type, type.substring(type.lastIndexOf('.') + 1), value)
        : new Event.Other(type);
  }

  private static Change change(String type, String name, MessageReader value)
      throws ProtobufException {
    return switch (name) {
      case "ImageCreate" -> {
        Named image = named(value);
        yield new Event.ImageCreated(image.name, image.labels);
      }
      case "ImageUpdate" -> {
        Named image = named(value);
        yield new Event.ImageUpdated(image.name, image.labels);
      }
      case "ImageDelete" -> new Event.ImageDeleted(Decode.text(value, 1));
      case "ContentCreate" -> contentCreated(value);
      case "ContentDelete" -> new Event.ContentDeleted(Decode.text(value, 1));
      case "NamespaceCreate" -> {
        Named namespace = named(value);
        yield new Event.NamespaceCreated(namespace.name, namespace.labels);
      }
      case "NamespaceUpdate" -> {
        Named namespace = named(value);
        yield new Event.NamespaceUpdated(namespace.name, namespace.labels);
      }
      case "NamespaceDelete" -> new Event.NamespaceDeleted(Decode.text(value, 1));
      default -> new Event.Other(type);
    };
  }

  private static Event.ContentCreated contentCreated(MessageReader in) throws ProtobufException {
    String digest = "";
    long sizeBytes = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> digest = in.text();
        case 2 -> sizeBytes = in.number();
        default -> {}
      }
    }
    return new Event.ContentCreated(digest, sizeBytes);
  }

  /** What most events are about. */
  private record Named(String name, Map<String, String> labels) {}

  private static Named named(MessageReader in) throws ProtobufException {
    Namespace same = Decode.namespace(in);
    return new Named(same.name(), same.labels());
  }
}
