package io.sluice.routing.bootstrap;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells over HTTP who this node is and where it listens, for others to begin with: at {@code /id}
 * one object, as Spegel v0.7.4 reads it, at {@code /peers} an array, as later ones do. One thread,
 * one request at a time, none for longer than a second.
 */
public final class IdServer implements AutoCloseable {
  private static final int BACKLOG = 64;
  private static final int REQUEST_BYTES_MAX = 8 << 10;
  private static final int TIMEOUT_MS = 1000;
  private static final long ACCEPT_PAUSE_MS = 100;

  private final PeerId id;
  private final Supplier<List<Multiaddr>> addresses;
  private final ServerSocket server;

  /**
   * Begins to listen.
   *
   * @param addresses any thread may ask for them
   * @throws IOException when it cannot, in one sentence with the remedy
   */
  public IdServer(InetSocketAddress listen, PeerId id, Supplier<List<Multiaddr>> addresses)
      throws IOException {
    this.id = id;
    this.addresses = addresses;
    server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(listen, BACKLOG);
    } catch (IOException failed) {
      server.close();
      throw new IOException(
          "cannot serve HTTP bootstrap at "
              + listen
              + " ("
              + failed.getMessage()
              + "); choose another address or leave it out",
          failed);
    }
    Thread.ofPlatform().name("bootstrap-id").daemon().start(this::run);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException alreadyGone) {
      // Then it does not listen either.
    }
  }

  private void run() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.setSoTimeout(TIMEOUT_MS);
        serve(client);
      } catch (IOException failed) {
        // The client's affair, or out of descriptors for a moment.
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(server.isClosed() ? 0 : ACCEPT_PAUSE_MS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket client) throws IOException {
    String head = head(client.getInputStream());
    String[] words = head.split(" ", 3);
    String path = words.length == 3 ? words[1].split("\\?", 2)[0] : "";
    boolean get = words[0].equals("GET") || words[0].equals("HEAD");
    boolean known = path.equals("/id") || path.equals("/peers");
    String status = !get ? "405 Method Not Allowed" : known ? "200 OK" : "404 Not Found";
    String body = get && known ? PeerJson.format(id, addresses.get(), path.equals("/peers")) : "";
    String response =
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + (words[0].equals("HEAD") ? "" : body);
    client.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
  }

  /** The request's head, read to its end; whatever comes after a second counts no more. */
  private static String head(InputStream in) throws IOException {
    long deadlineNs = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      if (octet < 0 || head.length() == REQUEST_BYTES_MAX || System.nanoTime() > deadlineNs) {
        throw new IOException("no request");
      }
      head.append((char) octet);
    }
    return head.toString();
  }
}
