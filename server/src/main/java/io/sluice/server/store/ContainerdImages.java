package io.sluice.server.store;

import io.sluice.containerd.Connection;
import io.sluice.containerd.ContainerdException;
import io.sluice.containerd.Content;
import io.sluice.containerd.Event;
import io.sluice.containerd.EventListener;
import io.sluice.containerd.Image;
import io.sluice.containerd.Namespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Images as containerd's API tells of them. */
public final class ContainerdImages implements ImageSource {
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LIST_TIMEOUT = Duration.ofSeconds(20);

  private final Path socket;
  private final Object lock = new Object();
  private Connection openOrNull;
  private boolean closed;

  /** Images of the containerd that listens at {@code socket}; nothing is connected yet. */
  public ContainerdImages(Path socket) {
    this.socket = socket;
  }

  @Override
  public Session open(List<String> namespaces, Listener listener) throws StoreException {
    try {
      Connection connection = Connection.open(socket, OPEN_TIMEOUT);
      try {
        keep(connection);
        connection.version(CALL_TIMEOUT);
        connection.subscribe(filters(namespaces), new Events(listener));
        return new ContainerdSession(connection);
      } catch (ContainerdException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (ContainerdException e) {
      throw failure(e);
    }
  }

  private void keep(Connection connection) {
    synchronized (lock) {
      if (closed) {
        connection.close();
      }
      openOrNull = connection;
    }
  }

  private static List<String> filters(List<String> namespaces) {
    return namespaces.stream()
        .map(namespace -> "namespace==" + namespace + ",topic~=\"^/images/\"")
        .toList();
  }

  private static StoreException failure(ContainerdException e) {
    String where =
        switch (e.kind()) {
          case NO_SOCKET,
              NOT_A_SOCKET,
              NO_PERMISSION,
              REFUSED,
              NOT_CONTAINERD,
              UNIMPLEMENTED,
              DEADLINE ->
              " The socket is set with --containerd-sock.";
          default -> "";
        };
    return new StoreException(sentence(e.getMessage()) + where, e);
  }

  private static String sentence(String message) {
    return Character.toUpperCase(message.charAt(0)) + message.substring(1);
  }

  @Override
  public String description() {
    return "containerd at " + socket;
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      if (openOrNull != null) {
        openOrNull.close();
      }
    }
  }

  /** Whatever has happened to an image, it is asked for. */
  private record Events(Listener listener) implements EventListener {
    @Override
    public void onEvent(Event event) {
      switch (event.change()) {
        case Event.ImageCreated created -> listener.onImage(event.namespace(), created.name());
        case Event.ImageUpdated updated -> listener.onImage(event.namespace(), updated.name());
        case Event.ImageDeleted deleted -> listener.onImage(event.namespace(), deleted.name());
        // Of a containerd that says it in other words.
        case Event.Other other -> listener.onAnyImage();
        default -> {}
      }
    }

    @Override
    public void onLost(ContainerdException cause) {
      listener.onEnd(failure(cause));
    }
  }

  private record ContainerdSession(Connection connection) implements Session {
    @Override
    public List<String> namespaces() throws StoreException {
      try {
        return connection.namespaces(CALL_TIMEOUT).stream().map(Namespace::name).toList();
      } catch (ContainerdException e) {
        throw failure(e);
      }
    }

    @Override
    public void images(String namespace, Consumer<StoredImage> each) throws StoreException {
      try {
        connection
            .images(namespace)
            .list(List.of(), LIST_TIMEOUT, image -> each.accept(stored(image)));
      } catch (ContainerdException e) {
        throw failure(e);
      }
    }

    @Override
    public Optional<StoredImage> image(String namespace, String name) throws StoreException {
      try {
        return connection.images(namespace).get(name, CALL_TIMEOUT).map(ContainerdSession::stored);
      } catch (ContainerdException e) {
        throw failure(e);
      }
    }

    private static StoredImage stored(Image image) {
      return new StoredImage(image.name(), image.target().digest(), image.target().mediaType());
    }

    @Override
    public Optional<Map<String, String>> labels(String namespace, Digest digest)
        throws StoreException {
      try {
        return connection
            .contents(namespace)
            .info(digest.toString(), CALL_TIMEOUT)
            .map(Content::labels);
      } catch (ContainerdException e) {
        throw failure(e);
      }
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
