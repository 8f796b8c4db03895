package io.sluice.server.node;

import io.sluice.server.config.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A peer that answers each request with whatever a test wants to see on the wire. */
final class FakePeer implements AutoCloseable {
  /** Writes an answer, or does not. */
  @FunctionalInterface
  interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Answer answer;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private FakePeer(Answer answer) throws IOException {
    this.answer = answer;
    this.server = new ServerSocket(0, 128, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  /** A peer that sends this text, then closes. */
  static FakePeer sending(String text) throws IOException {
    return new FakePeer(out -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  static FakePeer answering(Answer answer) throws IOException {
    return new FakePeer(answer);
  }

  HostPort address() {
    return new HostPort("127.0.0.1", server.getLocalPort());
  }

  /** The heads of the requests that have come, as text. */
  List<String> requests() {
    return requests;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder head = new StringBuilder();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.append(line).append('\n');
      }
      requests.add(head.toString());
      answer.write(socket.getOutputStream());
    } catch (IOException | InterruptedException gone) {
      requests.add("gone: " + gone.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
