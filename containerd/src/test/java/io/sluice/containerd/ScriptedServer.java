package io.sluice.containerd;

import io.sluice.containerd.http2.PeerFrames;
import io.sluice.containerd.protobuf.MessageWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Listens on a Unix socket and answers one connection after the other with what a test says. */
final class ScriptedServer implements AutoCloseable {
  private static final int PREFACE_BYTES = 24;
  private static final int HEADERS = 1;

  /** What a test does with a client. */
  interface Script {
    /** Begins when the client has connected; the connection ends with it. */
    void run(Client client) throws IOException, InterruptedException;
  }

  /** What a test does with a connection. */
  interface Use {
    void of(Connection connection) throws Exception;
  }

  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(20);

  private final ServerSocketChannel listener;
  final Path path;

  ScriptedServer(Path directory, Script script) {
    try {
      path = directory.resolve("c.sock");
      listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(() -> serve(script));
  }

  /** Has a server run {@code script}, and hands over a connection to it. */
  static void against(Path directory, Script script, Use use) throws Exception {
    try (ScriptedServer server = new ScriptedServer(directory, script);
        Connection connection = Connection.open(server.path, OPEN_TIMEOUT)) {
      use.of(connection);
    }
  }

  /** What a server answers that is asked for its version: 1.2.3 and abc. */
  static MessageWriter version() {
    return new MessageWriter().text(1, "1.2.3").text(2, "abc");
  }

  private void serve(Script script) {
    while (listener.isOpen()) {
      try (SocketChannel socket = listener.accept()) {
        script.run(new Client(socket));
      } catch (IOException | InterruptedException e) {
        // The client, or the test, has ended.
        continue;
      }
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A frame of the client's. */
  record Received(int type, int flags, int streamId, byte[] payload) {}

  /** One connection. */
  static final class Client {
    private final SocketChannel socket;
    private final InputStream in;

    Client(SocketChannel socket) {
      this.socket = socket;
      this.in = Channels.newInputStream(socket);
    }

    /** Reads what a client says first, and says the same. */
    Client greet(int... settings) throws IOException {
      in.readNBytes(PREFACE_BYTES);
      return send(new PeerFrames().settings(settings));
    }

    Client send(PeerFrames frames) throws IOException {
      return send(frames.toBytes());
    }

    Client send(byte[] bytes) throws IOException {
      ByteBuffer out = ByteBuffer.wrap(bytes);
      while (out.hasRemaining()) {
        socket.write(out);
      }
      return this;
    }

    Received receive() throws IOException {
      byte[] head = in.readNBytes(9);
      if (head.length < 9) {
        throw new EOFException();
      }
      ByteBuffer numbers = ByteBuffer.wrap(head);
      byte[] payload = in.readNBytes(numbers.getInt(0) >>> 8);
      return new Received(head[3], head[4], numbers.getInt(5), payload);
    }

    /** The frame of a type that comes next; others are passed over. */
    Received receive(int type) throws IOException {
      while (true) {
        Received frame = receive();
        if (frame.type() == type) {
          return frame;
        }
      }
    }

    /** The number of the request that comes next. */
    int request() throws IOException {
      return receive(HEADERS).streamId();
    }

    /** Answers with one message. */
    Client answer(int streamId, MessageWriter message) throws IOException {
      return send(
          new PeerFrames()
              .grpcHeaders(streamId)
              .data(streamId, false, framed(message))
              .grpcTrailers(streamId));
    }

    /** Waits until the client ends the connection. */
    void drain() throws IOException {
      while (true) {
        receive();
      }
    }
  }

  static byte[] framed(MessageWriter message) {
    byte[] bytes = message.toBytes();
    ByteBuffer out = ByteBuffer.allocate(5 + bytes.length);
    return out.put((byte) 0).putInt(bytes.length).put(bytes).array();
  }

  /** A queue for what a script has seen. */
  static <T> BlockingQueue<T> queue() {
    return new LinkedBlockingQueue<>();
  }
}
