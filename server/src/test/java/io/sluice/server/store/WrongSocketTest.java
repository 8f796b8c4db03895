package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ImageFilter;
import io.sluice.server.log.CapturedLog;
import io.sluice.server.log.Level;
import io.sluice.server.log.Log;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sockets that are not containerd's: a sentence with the remedy, once, while what is on disk is
 * served by digest.
 */
@Timeout(30)
class WrongSocketTest {
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
  private static final String REMEDY = " The socket is set with --containerd-sock.";
  private static final String BY_DIGEST = " Until then no image is known.";

  private static final byte[] SETTINGS = HexFormat.of().parseHex("000000040000000000");

  /** ":status: 404", which is in HPACK's static table, and the end of stream 1. */
  private static final byte[] NOT_FOUND = HexFormat.of().parseHex("0000010105000000018d");

  private static final int PREFACE_BYTES = 24;
  private static final int HEADERS = 1;

  @TempDir private Path directory;
  private final CapturedLog log = new CapturedLog();
  private final List<SocketChannel> clients = new CopyOnWriteArrayList<>();
  private ServerSocketChannel listenerOrNull;
  private TestLayout files;
  private Path socket;

  @BeforeEach
  void writeStore() throws IOException {
    Log.threshold(Level.WARN);
    files = new TestLayout(directory.resolve("content"));
    socket = directory.resolve("c.sock");
  }

  @AfterEach
  void close() throws IOException {
    if (listenerOrNull != null) {
      listenerOrNull.close();
    }
    for (SocketChannel client : new ArrayList<>(clients)) {
      client.close();
    }
    log.close();
  }

  private interface Conversation {
    void with(DataInputStream in, OutputStream out) throws IOException;
  }

  /** Says the same to whoever connects, and then nothing. */
  private void listen(Conversation conversation) throws IOException {
    listenerOrNull = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listenerOrNull.bind(UnixDomainSocketAddress.of(socket));
    ServerSocketChannel listener = listenerOrNull;
    Thread.ofVirtual().start(() -> accept(listener, conversation));
  }

  private void accept(ServerSocketChannel listener, Conversation conversation) {
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        clients.add(client);
        conversation.with(
            new DataInputStream(Channels.newInputStream(client)), Channels.newOutputStream(client));
      } catch (IOException ended) {
        // The client may have gone; the test ends the listener.
        continue;
      }
    }
  }

  /** The server's side of HTTP/2 that knows no path. */
  private static void answer404(DataInputStream in, OutputStream out) throws IOException {
    out.write(SETTINGS);
    in.readFully(new byte[PREFACE_BYTES]);
    int type;
    do {
      int head = in.readInt();
      type = head & 0xff;
      in.readFully(new byte[5 + (head >>> 8)]);
    } while (type != HEADERS);
    out.write(NOT_FOUND);
  }

  /** What the store says to a human when it has tried. */
  private String sentence() throws Exception {
    Digest blob = files.blob("on disk");
    try (ContainerdStore store =
        new ContainerdStore(
            files.root(), List.of("k8s.io"), ImageFilter.NONE, new ContainerdImages(socket))) {
      store.start();
      long endNs = System.nanoTime() + PATIENCE_NS;
      while (store.readiness().sentence().startsWith("Not connected yet")) {
        assertTrue(System.nanoTime() < endNs, "it says nothing");
        TimeUnit.MILLISECONDS.sleep(5);
      }
      String sentence = store.readiness().sentence();
      assertFalse(store.readiness().ready());
      assertEquals(1, store.describe(blob).stream().count(), "by digest");
      assertFalse(store.catalog().isClosed());
      // It goes on trying, and says the same once.
      TimeUnit.MILLISECONDS.sleep(200);
      assertEquals(1, log.lines(sentence).size(), () -> log.tail(10));
      assertTrue(sentence.endsWith(BY_DIGEST), sentence);
      return sentence.substring(0, sentence.length() - BY_DIGEST.length());
    }
  }

  @Test
  void none() throws Exception {
    assertEquals(
        socket
            + " does not exist; start containerd, or name the socket that it listens on."
            + REMEDY,
        sentence());
  }

  @Test
  void aFile() throws Exception {
    Files.createFile(socket);
    assertEquals(socket + " is not a socket; name containerd's socket." + REMEDY, sentence());
  }

  @Test
  void aServerOfPlainText() throws Exception {
    byte[] greeting = "220 mail.acme.test ESMTP\r\n".getBytes(StandardCharsets.US_ASCII);
    listen((in, out) -> out.write(greeting));
    String sentence = sentence();
    assertTrue(
        sentence.startsWith("What listens on " + socket + " does not speak HTTP/2 (")
            && sentence.endsWith("); name the socket of containerd's gRPC API." + REMEDY),
        sentence);
  }

  @Test
  void anotherServerOfHttp2() throws Exception {
    listen(WrongSocketTest::answer404);
    String sentence = sentence();
    assertTrue(sentence.startsWith("Containerd.services.version.v1.Version/Version "), sentence);
    assertTrue(sentence.endsWith(REMEDY), sentence);
  }

  @Test
  void aServerThatSaysNothing() throws Exception {
    listen((in, out) -> {});
    assertEquals(
        "What listens on "
            + socket
            + " said nothing within 3000 ms; it is frozen, or it is not containerd."
            + REMEDY,
        sentence());
  }
}
