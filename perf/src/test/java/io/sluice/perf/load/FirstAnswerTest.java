package io.sluice.perf.load;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FirstAnswerTest {
  private static final int BODY_BYTES = 1500;

  @Test
  void theAnswerIsAwaitedAndChecked() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(new byte[BODY_BYTES]);
    BlobRequest right = BlobRequest.whole("/", BODY_BYTES, HexFormat.of().formatHex(digest));
    BlobRequest wrong = BlobRequest.whole("/", BODY_BYTES, "00");
    long startNs = System.nanoTime();
    try (LoopbackSender sender = new LoopbackSender(BODY_BYTES)) {
      long answeredNs = FirstAnswer.await(sender.address(), right, () -> true);
      assertTrue(answeredNs > startNs && answeredNs <= System.nanoTime());
      assertThrows(IOException.class, () -> FirstAnswer.await(sender.address(), wrong, () -> true));
    }
  }

  @Test
  void aServerThatHasEndedIsNotAwaited() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = server.getLocalPort();
    }
    InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", port);
    BlobRequest request = BlobRequest.whole("/", BODY_BYTES, "");
    assertThrows(IOException.class, () -> FirstAnswer.await(nobody, request, () -> false));
  }
}
