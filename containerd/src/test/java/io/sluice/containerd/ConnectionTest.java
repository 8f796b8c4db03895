package io.sluice.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.ScriptedServer.Client;
import io.sluice.containerd.ScriptedServer.Script;
import io.sluice.containerd.ScriptedServer.Use;
import io.sluice.containerd.http2.ErrorCode;
import io.sluice.containerd.http2.PeerFrames;
import io.sluice.containerd.protobuf.MessageWriter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A client on a real socket, and servers that do what a test says. */
@Timeout(30)
class ConnectionTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(150);
  private static final int RST_STREAM = 3;
  private static final int WINDOW_UPDATE = 8;

  @TempDir private Path directory;

  private void against(Script script, Use use) throws Exception {
    ScriptedServer.against(directory, script, use);
  }

  private static ContainerdException refused(Kind kind, Executable call) {
    ContainerdException refused = assertThrows(ContainerdException.class, call);
    assertEquals(kind, refused.kind(), refused.getMessage());
    assertTrue(refused.getMessage().endsWith("."), refused.getMessage());
    return refused;
  }

  @Test
  void asksAndIsAnswered() throws Exception {
    against(
        client -> {
          client.greet();
          client.answer(client.request(), ScriptedServer.version());
          client.drain();
        },
        connection -> assertEquals(new Version("1.2.3", "abc"), connection.version(LONG)));
  }

  @Test
  void listsAreHandedOverAsTheyArriveAndWindowsFollow() throws Exception {
    int images = 10_000;
    against(
        client -> {
          client.greet();
          int stream = client.request();
          sendImages(client, stream, images);
          client.drain();
        },
        connection -> {
          int[] seen = {0};
          connection
              .images("k8s.io")
              .list(
                  List.of(),
                  LONG,
                  image -> {
                    assertEquals("image-" + seen[0]++, image.name());
                    assertEquals("sha256:x", image.target().digest());
                  });
          assertEquals(images, seen[0]);
        });
  }

  /** One message, in frames as large as allowed, no faster than windows open. */
  private static void sendImages(Client client, int stream, int images) throws IOException {
    MessageWriter list = new MessageWriter();
    for (int i = 0; i < images; i++) {
      MessageWriter target = new MessageWriter().text(1, "type").text(2, "sha256:x").number(3, i);
      list.message(1, new MessageWriter().text(1, "image-" + i).message(3, target));
    }
    byte[] bytes = ScriptedServer.framed(list);
    client.send(new PeerFrames().grpcHeaders(stream));
    int connectionWindow = 65_535;
    int window = 32 << 10;
    for (int at = 0; at < bytes.length; ) {
      int room = Math.min(Math.min(window, connectionWindow), 16 << 10);
      if (room == 0) {
        ScriptedServer.Received update = client.receive(WINDOW_UPDATE);
        int more = ByteBuffer.wrap(update.payload()).getInt();
        window += update.streamId() == 0 ? 0 : more;
        connectionWindow += update.streamId() == 0 ? more : 0;
        continue;
      }
      int length = Math.min(room, bytes.length - at);
      byte[] part = Arrays.copyOfRange(bytes, at, at + length);
      client.send(new PeerFrames().data(stream, false, part));
      at += length;
      window -= length;
      connectionWindow -= length;
    }
    client.send(new PeerFrames().grpcTrailers(stream));
  }

  @Test
  void whatAConsumerThrowsEndsTheCallAndNothingElse() throws Exception {
    BlockingQueue<Integer> reset = ScriptedServer.queue();
    against(
        client -> {
          client.greet();
          int stream = client.request();
          MessageWriter one = new MessageWriter().message(1, new MessageWriter().text(1, "a"));
          client.send(
              new PeerFrames().grpcHeaders(stream).data(stream, false, ScriptedServer.framed(one)));
          reset.add(client.receive(RST_STREAM).streamId());
          client.answer(client.request(), ScriptedServer.version());
          client.drain();
        },
        connection -> {
          Images images = connection.images("k8s.io");
          assertThrows(
              IllegalStateException.class,
              () ->
                  images.list(
                      List.of(),
                      LONG,
                      image -> {
                        throw new IllegalStateException();
                      }));
          assertEquals(1, reset.poll(10, TimeUnit.SECONDS));
          assertEquals("1.2.3", connection.version(LONG).version());
        });
  }

  @Test
  void aCallThatTakesTooLongIsCancelled() throws Exception {
    BlockingQueue<Integer> reset = ScriptedServer.queue();
    against(
        client -> {
          client.greet();
          client.request();
          reset.add(client.receive(RST_STREAM).streamId());
          client.answer(client.request(), ScriptedServer.version());
          client.drain();
        },
        connection -> {
          ContainerdException late = refused(Kind.DEADLINE, () -> connection.version(SHORT));
          assertTrue(late.isRetriable());
          assertEquals(1, reset.poll(10, TimeUnit.SECONDS));
          assertEquals("1.2.3", connection.version(LONG).version());
        });
  }

  @Test
  void anInterruptedCallLeavesTheConnectionGood() throws Exception {
    against(
        client -> {
          client.greet();
          client.request();
          client.answer(client.request(), ScriptedServer.version());
          client.drain();
        },
        connection -> {
          Thread.currentThread().interrupt();
          // Nothing is sent, so the script still waits for its first request.
          refused(Kind.INTERRUPTED, () -> connection.version(LONG));
          assertTrue(Thread.interrupted());
          Thread caller = Thread.currentThread();
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (caller.getState() != Thread.State.TIMED_WAITING) {
                      Thread.onSpinWait();
                    }
                    caller.interrupt();
                  });
          refused(Kind.INTERRUPTED, () -> connection.version(LONG));
          assertTrue(Thread.interrupted());
          assertEquals("1.2.3", connection.version(LONG).version());
        });
  }

  @Test
  void statusesBecomeKinds() throws Exception {
    String[][] trailers = {
      {"grpc-status", "5", "grpc-message", "no %C3%A4 %zz"},
      {"grpc-status", "12"},
      {"grpc-status", "14"},
      {"grpc-status", "4"},
      {"grpc-status", "3"},
      {"grpc-status", "99"},
      {"x", "no status"},
    };
    against(
        client -> {
          client.greet();
          for (String[] pairs : trailers) {
            int stream = client.request();
            client.send(new PeerFrames().grpcHeaders(stream).headers(stream, true, pairs));
          }
          client.drain();
        },
        connection -> {
          ContainerdException missing = answered(Kind.NOT_FOUND, connection);
          assertTrue(missing.getMessage().endsWith("NOT_FOUND: no \u00e4 %zz"));
          answered(Kind.UNIMPLEMENTED, connection);
          answered(Kind.UNAVAILABLE, connection);
          answered(Kind.DEADLINE, connection);
          answered(Kind.FAILED, connection);
          answered(Kind.FAILED, connection);
          answered(Kind.NOT_CONTAINERD, connection);
        });
  }

  private static ContainerdException answered(Kind kind, Connection connection) {
    ContainerdException refused =
        assertThrows(ContainerdException.class, () -> connection.version(LONG));
    assertEquals(kind, refused.kind(), refused.getMessage());
    return refused;
  }

  @Test
  void aServerOfSomethingElseIsNoticed() throws Exception {
    against(
        client -> {
          client.greet();
          int stream = client.request();
          client.send(
              new PeerFrames()
                  .headers(stream, false, ":status", "404", "content-type", "text/html")
                  .data(stream, true, "<html>".getBytes(StandardCharsets.US_ASCII)));
          client.drain();
        },
        connection -> refused(Kind.NOT_CONTAINERD, () -> connection.version(LONG)));
  }

  @Test
  void anAnswerWithoutMessageIsNone() throws Exception {
    against(
        client -> {
          client.greet();
          int stream = client.request();
          client.send(new PeerFrames().grpcHeaders(stream).grpcTrailers(stream));
          client.drain();
        },
        connection -> refused(Kind.NOT_CONTAINERD, () -> connection.version(LONG)));
  }

  @Test
  void aNamespaceOrAnImageIsMissing() throws Exception {
    against(
        client -> {
          client.greet();
          MessageWriter named = new MessageWriter().text(1, "other");
          client.answer(client.request(), new MessageWriter().message(1, named));
          int stream = client.request();
          // Nothing but trailers, as servers send errors.
          client.send(
              new PeerFrames()
                  .headers(
                      stream,
                      true,
                      ":status",
                      "200",
                      "content-type",
                      "application/grpc",
                      "grpc-status",
                      "5"));
          client.drain();
        },
        connection -> {
          refused(Kind.NAMESPACE_NOT_FOUND, () -> connection.namespace("none", LONG));
          assertTrue(connection.images("other").get("none", LONG).isEmpty());
          refused(Kind.NAMESPACE_NOT_FOUND, () -> connection.images("a b").get("x", LONG));
          refused(
              Kind.NAMESPACE_NOT_FOUND,
              () -> connection.contents("x".repeat(77)).info("sha256:x", LONG));
        });
  }

  @Test
  void aQuestionThatIsTooLongIsNotAsked() throws Exception {
    against(
        client -> client.greet().drain(),
        connection -> {
          List<String> filters = List.of("x".repeat(ContainerdLimits.QUESTION_BYTES_MAX - 4 + 1));
          refused(
              Kind.TOO_LARGE,
              () -> connection.contents("k8s.io").list(filters, LONG, content -> {}));
        });
  }

  @Test
  void whenTheServerGoesAwayACallUnderWayIsAnsweredAndTheNextFails() throws Exception {
    against(
        client -> {
          client.greet();
          int stream = client.request();
          client.send(new PeerFrames().goAway(stream, ErrorCode.NO_ERROR));
          client.answer(stream, ScriptedServer.version());
          client.drain();
        },
        connection -> {
          assertEquals("1.2.3", connection.version(LONG).version());
          assertFalse(connection.isOpen());
          assertTrue(refused(Kind.UNAVAILABLE, () -> connection.version(LONG)).isRetriable());
        });
  }

  @Test
  void whenTheServerGoesAwayACallThatItDidNotBeginMayBeRepeated() throws Exception {
    against(
        client -> {
          client.greet();
          client.request();
          client.send(new PeerFrames().goAway(0, ErrorCode.NO_ERROR));
          client.drain();
        },
        connection ->
            assertTrue(refused(Kind.UNAVAILABLE, () -> connection.version(LONG)).isRetriable()));
  }

  @Test
  void whenTheServerEndsCallsFailAndAnotherConnectionIsGood() throws Exception {
    Script script =
        client -> {
          client.greet();
          client.answer(client.request(), ScriptedServer.version());
          client.request();
        };
    try (ScriptedServer server = new ScriptedServer(directory, script)) {
      for (int i = 0; i < 20; i++) {
        try (Connection connection = Connection.open(server.path, LONG)) {
          assertEquals("1.2.3", connection.version(LONG).version());
          assertTrue(refused(Kind.UNAVAILABLE, () -> connection.version(LONG)).isRetriable());
          assertFalse(connection.isOpen());
        }
      }
    }
  }

  @Test
  void moreCallsThanAllowedWait() throws Exception {
    int calls = 3 * ContainerdLimits.CALLS_MAX;
    against(
        client -> {
          client.greet(3, 2);
          for (int i = 0; i < calls; i++) {
            client.answer(client.request(), ScriptedServer.version());
          }
          client.drain();
        },
        connection -> {
          CountDownLatch answered = new CountDownLatch(calls);
          for (int i = 0; i < calls; i++) {
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        connection.version(LONG);
                        answered.countDown();
                      } catch (ContainerdException e) {
                        throw new AssertionError(e);
                      }
                    });
          }
          assertTrue(answered.await(20, TimeUnit.SECONDS));
        });
  }

  @Test
  void closingEndsCallsOfOthers() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    against(
        client -> {
          client.greet();
          client.request();
          asked.countDown();
          client.drain();
        },
        connection -> {
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      asked.await();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                    connection.close();
                  });
          refused(Kind.UNAVAILABLE, () -> connection.version(LONG));
        });
  }

  private ContainerdException cannotOpen(Kind kind, Path path, Duration timeout) {
    return refused(kind, () -> Connection.open(path, timeout).close());
  }

  @Test
  void pathsThatAreNoSockets() throws IOException {
    cannotOpen(Kind.NO_SOCKET, directory.resolve("none"), LONG);
    cannotOpen(Kind.NOT_A_SOCKET, Files.createFile(directory.resolve("file")), LONG);
    cannotOpen(Kind.NOT_A_SOCKET, directory, LONG);
    cannotOpen(Kind.NOT_A_SOCKET, directory.resolve("x".repeat(120)), LONG);
  }

  @Test
  void aSocketThatNobodyListensOn() throws IOException {
    Path path = directory.resolve("left.sock");
    // No thread that accepts: closing would have to wait for it.
    try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(path));
    }
    assertTrue(cannotOpen(Kind.REFUSED, path, LONG).isRetriable());
  }

  @Test
  void aServerThatSaysNothing() {
    try (ScriptedServer server = new ScriptedServer(directory, Client::drain)) {
      cannotOpen(Kind.DEADLINE, server.path, SHORT);
    }
  }

  @Test
  void aServerThatEndsAtOnce() {
    try (ScriptedServer server = new ScriptedServer(directory, client -> {})) {
      assertTrue(cannotOpen(Kind.UNAVAILABLE, server.path, LONG).isRetriable());
    }
  }

  @Test
  void aServerOfAnotherProtocol() {
    byte[] answer = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (ScriptedServer server =
        new ScriptedServer(directory, client -> client.send(answer).drain())) {
      assertFalse(cannotOpen(Kind.NOT_CONTAINERD, server.path, LONG).isRetriable());
    }
  }

  @Test
  void filtersQuoteTheirValues() {
    assertEquals("name==\"a\\\"b\\\\,\\x0a\"", Filter.is("name", "a\"b\\,\n"));
    assertEquals("a~=\"^b\",c==\"d\"", Filter.all(Filter.matches("a", "^b"), Filter.is("c", "d")));
  }

  /** Collects what is heard. */
}
