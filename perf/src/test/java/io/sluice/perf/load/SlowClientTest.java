package io.sluice.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SlowClientTest {
  private static final long BODY_BYTES = 64L << 20;
  private static final BlobRequest REQUEST = BlobRequest.whole("/", BODY_BYTES, "");

  @Test
  void aFrozenClientTakesTheFirstBytesOnly() throws Exception {
    try (LoopbackSender sender = new LoopbackSender(BODY_BYTES)) {
      SlowClient client = new SlowClient(sender.address(), REQUEST, 0);
      client.begin();
      while (client.receivedBytes() == 0) {
        Thread.sleep(1);
      }
      client.close();
      assertTrue(client.receivedBytes() <= 1024, client.receivedBytes() + " bytes");
      assertEquals(Optional.empty(), client.failure());
    }
  }

  @Test
  void aSlowClientGoesOnAndLeavesWhenItIsClosed() throws Exception {
    try (LoopbackSender sender = new LoopbackSender(BODY_BYTES)) {
      SlowClient client = new SlowClient(sender.address(), REQUEST, 1_000_000);
      client.begin();
      client.begin();
      while (client.receivedBytes() < 50_000) {
        Thread.sleep(1);
      }
      client.close();
      assertTrue(client.receivedBytes() < BODY_BYTES);
      assertEquals(Optional.empty(), client.failure());
    }
  }

  @Test
  void oneThatNeverBeganAsksNothing() throws Exception {
    try (LoopbackSender sender = new LoopbackSender(BODY_BYTES)) {
      SlowClient client = new SlowClient(sender.address(), REQUEST, 0);
      client.close();
      assertEquals(0, client.receivedBytes());
      assertEquals(Optional.empty(), client.failure());
    }
  }

  @Test
  void anotherAnswerIsAFailure() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Thread refuses = Thread.ofPlatform().daemon().start(() -> refuse(server));
      InetSocketAddress address = new InetSocketAddress("127.0.0.1", server.getLocalPort());
      try (SlowClient client = new SlowClient(address, REQUEST, 0)) {
        client.begin();
        refuses.join();
        while (client.failure().isEmpty()) {
          Thread.sleep(1);
        }
        assertTrue(client.failure().get().contains("503"), client.failure().get());
      }
    }
  }

  @Test
  void nobodyListeningIsAFailureAndNotAHang() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = server.getLocalPort();
    }
    SlowClient client = new SlowClient(new InetSocketAddress("127.0.0.1", port), REQUEST, 0);
    client.begin();
    client.close();
    assertTrue(client.failure().isPresent());
  }

  private static void refuse(ServerSocket server) {
    try (Socket connection = server.accept()) {
      connection.getInputStream().read();
      String answer = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
      connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      connection.shutdownOutput();
      connection.getInputStream().readAllBytes();
    } catch (IOException clientGone) {
      return;
    }
  }
}
