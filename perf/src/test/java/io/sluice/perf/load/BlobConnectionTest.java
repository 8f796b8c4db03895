package io.sluice.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.linux.LinuxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlobConnectionTest {
  private static final int BLOB_BYTES = 3_000_001;

  private final byte[] blob = new byte[BLOB_BYTES];
  private HttpServer server;
  private InetSocketAddress address;
  private BlobRequest whole;

  @BeforeEach
  void start() throws IOException, NoSuchAlgorithmException {
    new Random(1).nextBytes(blob);
    String digestHex = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(blob));
    whole = BlobRequest.whole("/blob", BLOB_BYTES, digestHex);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/blob", this::answer);
    server.start();
    address = server.getAddress();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    int to = BLOB_BYTES;
    if (range != null) {
      String[] ends = range.substring("bytes=".length()).split("-");
      from = Integer.parseInt(ends[0]);
      to = Integer.parseInt(ends[1]) + 1;
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, to - from);
    exchange.getResponseBody().write(blob, from, to - from);
    exchange.close();
  }

  @Test
  void blobsAndRangesAreFetchedOneAfterTheOtherInBothModes() throws IOException {
    for (BodyMode mode : BodyMode.values()) {
      try (BlobConnection connection = new BlobConnection(address, mode)) {
        connection.fetch(whole);
        connection.fetch(BlobRequest.range("/blob", 1_000_000, 1));
        BlobConnection.Timing timing = connection.fetch(whole);
        assertTrue(timing.timeToFirstByteNs() <= timing.timeToLastByteNs());
      }
    }
  }

  @Test
  void wrongBytesAreNoticedInTheCheckingMode() throws IOException {
    blob[BLOB_BYTES - 1]++;
    try (BlobConnection connection = new BlobConnection(address, BodyMode.VERIFY)) {
      IOException wrong = assertThrows(IOException.class, () -> connection.fetch(whole));
      assertTrue(wrong.getMessage().contains("wrong bytes"), wrong.getMessage());
    }
  }

  @Test
  void anotherStatusOrLengthThanAskedForIsAFailure() throws IOException {
    try (BlobConnection connection = new BlobConnection(address, BodyMode.DISCARD)) {
      BlobRequest missing = BlobRequest.whole("/missing", 1, "");
      assertThrows(IOException.class, () -> connection.fetch(missing));
    }
    try (BlobConnection connection = new BlobConnection(address, BodyMode.DISCARD)) {
      BlobRequest shorter = BlobRequest.whole("/blob", BLOB_BYTES - 1, "");
      assertThrows(IOException.class, () -> connection.fetch(shorter));
    }
  }

  @Test
  void aServerThatBreaksOffIsAFailure() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Thread breaker = Thread.ofVirtual().start(() -> breakOff(listener));
      InetSocketAddress broken = new InetSocketAddress("127.0.0.1", listener.getLocalPort());
      LoadResult result =
          new LoadGenerator(broken, 1, BodyMode.DISCARD).run(RequestSource.once(List.of(whole)));
      assertEquals(1, result.failures().size());
      assertEquals(0, result.bodyBytes());
      breaker.join();
    }
  }

  private static void breakOff(ServerSocket listener) {
    try (Socket connection = listener.accept()) {
      connection.getInputStream().read();
      String head = "HTTP/1.1 200 OK\r\nContent-Length: " + BLOB_BYTES + "\r\n\r\nbegun";
      connection.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nobodyListeningIsAFailure() throws IOException {
    server.stop(0);
    LinuxException refused =
        assertThrows(
            LinuxException.class, () -> new BlobConnection(address, BodyMode.DISCARD).close());
    assertTrue(refused.getMessage().contains("ECONNREFUSED"), refused.getMessage());
  }

  @Test
  void aLoadCountsEveryBodyOnce() throws InterruptedException {
    LoadResult result =
        new LoadGenerator(address, 4, BodyMode.VERIFY)
            .run(RequestSource.once(Collections.nCopies(10, whole)));
    assertEquals(List.of(), result.failures());
    assertEquals(10L * BLOB_BYTES, result.bodyBytes());
    assertEquals(10, result.timeToFirstByteNs().getTotalCount());
    assertEquals(10, result.timeToLastByteNs().getTotalCount());
  }

  @Test
  void theCeilingAnswersEveryRequestInFull() throws Exception {
    BlobRequest request = BlobRequest.whole("/", 1_000_003, "");
    try (LoopbackSender sender = new LoopbackSender(1_000_003)) {
      LoadResult result =
          new LoadGenerator(sender.address(), 2, BodyMode.DISCARD)
              .run(RequestSource.once(Collections.nCopies(6, request)));
      assertEquals(List.of(), result.failures());
      assertEquals(6 * 1_000_003L, result.bodyBytes());
    }
  }

  @Test
  void headsThatAreNotHttpAreRefused() throws IOException {
    ResponseHead head =
        ResponseHead.parse("HTTP/1.1 206 Partial\r\ncontent-length:7\r\nConnection: close\r\n\r\n");
    assertEquals(new ResponseHead(206, 7, false), head);
    for (String bad :
        List.of(
            "",
            "HTTP/1.1 2",
            "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n")) {
      assertThrows(IOException.class, () -> ResponseHead.parse(bad), bad);
    }
  }
}
