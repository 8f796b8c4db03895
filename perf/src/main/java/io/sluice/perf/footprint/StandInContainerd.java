package io.sluice.perf.footprint;

import io.sluice.containerd.protobuf.MessageWriter;
import io.sluice.server.store.Descriptor;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * As much of containerd's API as a node asks for, about images that are made up: so that what a
 * node does with containerd can be trained and weighed on any machine. Its content is in a
 * directory that somebody else writes. Any thread may call.
 */
final class StandInContainerd implements AutoCloseable {
  /** The one namespace it has. */
  static final String NAMESPACE = "k8s.io";

  private final Path socket;
  private final ServerSocketChannel listener;
  private final Map<String, Descriptor> images = new LinkedHashMap<>();
  private final List<StandInSession> sessions = new ArrayList<>();

  /**
   * Listens.
   *
   * @param socket where; must not exist, and its path is short
   */
  StandInContainerd(Path socket) throws IOException {
    this.socket = socket;
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** Where it listens. */
  Path socket() {
    return socket;
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        StandInSession session = new StandInSession(client, this);
        synchronized (this) {
          sessions.add(session);
        }
        Thread.ofPlatform().daemon().start(session::run);
      } catch (IOException closed) {
        return;
      }
    }
  }

  /** Adds an image, and tells whoever has subscribed. */
  synchronized void put(String name, Descriptor target) throws IOException {
    images.put(name, target);
    MessageWriter change =
        new MessageWriter()
            .text(1, "containerd.services.images.v1.ImageCreate")
            .message(2, new MessageWriter().text(1, name));
    MessageWriter event =
        new MessageWriter()
            .message(1, new MessageWriter().number(1, 1))
            .text(2, NAMESPACE)
            .text(3, "/images/create")
            .message(4, change);
    for (StandInSession session : sessions) {
      session.tell(event);
    }
  }

  /** The answer to a call with a question; empty where it has none. */
  synchronized Optional<MessageWriter> answer(String method, String name) {
    return switch (method) {
      case "/containerd.services.version.v1.Version/Version" ->
          Optional.of(new MessageWriter().text(1, "1.7.0").text(2, "stand-in"));
      case "/containerd.services.namespaces.v1.Namespaces/List" ->
          Optional.of(new MessageWriter().message(1, new MessageWriter().text(1, NAMESPACE)));
      case "/containerd.services.images.v1.Images/List" -> {
        MessageWriter list = new MessageWriter();
        images.forEach((image, target) -> list.message(1, image(image, target)));
        yield Optional.of(list);
      }
      case "/containerd.services.images.v1.Images/Get" ->
          Optional.ofNullable(images.get(name))
              .map(target -> new MessageWriter().message(1, image(name, target)));
      default -> Optional.empty();
    };
  }

  private static MessageWriter image(String name, Descriptor target) {
    MessageWriter descriptor =
        new MessageWriter()
            .text(1, target.mediaType())
            .text(2, target.digest().toString())
            .number(3, target.sizeBytes());
    MessageWriter time = new MessageWriter().number(1, 1_700_000_000);
    return new MessageWriter()
        .text(1, name)
        .message(2, new MessageWriter().text(1, "io.cri-containerd.image").text(2, "managed"))
        .message(3, descriptor)
        .message(7, time)
        .message(8, time);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    synchronized (this) {
      for (StandInSession session : sessions) {
        session.close();
      }
    }
    Files.deleteIfExists(socket);
  }
}
