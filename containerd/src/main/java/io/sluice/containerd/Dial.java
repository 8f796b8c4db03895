package io.sluice.containerd;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.http2.Link;
import io.sluice.containerd.http2.StreamException;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Finds words for why there is no connection. */
final class Dial {
  private static final int PATH_BYTES_MAX = 107;

  private Dial() {}

  static Link connect(Path socket, Duration timeout) throws ContainerdException {
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
      throw new ContainerdException(
          Kind.NOT_A_SOCKET,
          socket
              + " is longer than the "
              + PATH_BYTES_MAX
              + " bytes that a socket's path can have.");
    }
    try {
      long deadlineNs = System.nanoTime() + timeout.toNanos();
      return Link.open(UnixDomainSocketAddress.of(socket), deadlineNs);
    } catch (StreamException e) {
      throw failed(socket, e);
    } catch (TimeoutException e) {
      throw new ContainerdException(
          Kind.DEADLINE,
          "what listens on "
              + socket
              + " said nothing within "
              + timeout.toMillis()
              + " ms; it is frozen, or it is not containerd.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerdException(Kind.INTERRUPTED, "connecting was interrupted.", e);
    } catch (IOException e) {
      throw refused(socket, e);
    }
  }

  private static ContainerdException failed(Path socket, StreamException e) {
    if (e.reason() == StreamException.Reason.BROKEN) {
      return new ContainerdException(
          Kind.NOT_CONTAINERD,
          "what listens on "
              + socket
              + " does not speak HTTP/2 ("
              + e.getMessage()
              + "); name the socket of containerd's gRPC API.",
          e);
    }
    return new ContainerdException(
        Kind.UNAVAILABLE,
        socket
            + " took the connection and ended it ("
            + e.getMessage()
            + "); containerd is starting or stopping, or it is not containerd.",
        e);
  }

  private static ContainerdException refused(Path socket, IOException cause) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(socket, BasicFileAttributes.class);
      if (!attributes.isOther()) {
        return new ContainerdException(
            Kind.NOT_A_SOCKET, socket + " is not a socket; name containerd's socket.", cause);
      }
    } catch (NoSuchFileException e) {
      return new ContainerdException(
          Kind.NO_SOCKET,
          socket + " does not exist; start containerd, or name the socket that it listens on.",
          cause);
    } catch (AccessDeniedException e) {
      return noPermission(socket, cause);
    } catch (IOException e) {
      return new ContainerdException(
          Kind.NO_SOCKET, socket + " cannot be looked at: " + e.getMessage() + ".", cause);
    }
    if (cause instanceof SocketException && "Permission denied".equals(cause.getMessage())) {
      return noPermission(socket, cause);
    }
    return new ContainerdException(
        Kind.REFUSED,
        "nobody listens on " + socket + " (" + cause.getMessage() + "); start containerd.",
        cause);
  }

  private static ContainerdException noPermission(Path socket, IOException cause) {
    return new ContainerdException(
        Kind.NO_PERMISSION,
        "this process may not connect to " + socket + "; run it as root, or as the socket's group.",
        cause);
  }
}
