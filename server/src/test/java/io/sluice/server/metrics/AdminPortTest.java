package io.sluice.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Readiness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class AdminPortTest {
  private static final long SHORT_TIMEOUT_NS = 500_000_000L;
  private static final String POST =
      "POST /admin/pull HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n";

  private final LoopMetrics loop = new LoopMetrics(0);
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private volatile AdminCalls.AdminAnswer answer;
  private volatile String received;
  private volatile Runnable done;
  private MetricsServer server;

  private final AdminCalls calls =
      new AdminCalls() {
        @Override
        public boolean allows(String authorizationOrNull) {
          return "Bearer good".equals(authorizationOrNull);
        }

        @Override
        public AdminCall pull(byte[] body, Runnable whenDone) {
          received = new String(body, StandardCharsets.UTF_8);
          done = whenDone;
          return new AdminCall() {
            @Override
            public AdminAnswer answerOrNull() {
              return answer;
            }

            @Override
            public void cancel() {
              cancelled.countDown();
            }
          };
        }
      };

  @BeforeEach
  void start() throws IOException {
    server = open(calls);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private MetricsServer open(AdminCalls callsOrNull) throws IOException {
    MetricsServer opened =
        new MetricsServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new NodeMetrics("1.2.3", List.of(loop)),
            () -> new Readiness(true, "Ready."),
            SHORT_TIMEOUT_NS);
    if (callsOrNull != null) {
      opened.admin(callsOrNull);
    }
    opened.start();
    return opened;
  }

  private static String exchange(MetricsServer server, String request) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return readAll(client);
    }
  }

  private static String readAll(Socket client) throws IOException {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    client.getInputStream().transferTo(response);
    return response.toString(StandardCharsets.ISO_8859_1);
  }

  private void awaitReceived() throws InterruptedException {
    while (received == null) {
      Thread.sleep(5);
    }
  }

  @Test
  void anAnswerMayTakeLongerThanAnyOtherConnection() throws Exception {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      client
          .getOutputStream()
          .write((POST + "Content-Length: 5\r\n\r\n[\"").getBytes(StandardCharsets.US_ASCII));
      Thread.sleep(50);
      client.getOutputStream().write("a\"]".getBytes(StandardCharsets.US_ASCII));
      awaitReceived();
      assertEquals("[\"a\"]", received);
      Thread.sleep(2 * SHORT_TIMEOUT_NS / 1_000_000);
      assertTrue(exchange(server, "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").contains("200 OK"));
      answer = new AdminCalls.AdminAnswer(200, "{\"x\":1}");
      done.run();
      String response = readAll(client);
      assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
      assertTrue(response.endsWith("\r\n\r\n{\"x\":1}\n"), response);
    }
  }

  @Test
  void aClientThatLeavesCancels() throws Exception {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      client
          .getOutputStream()
          .write((POST + "Content-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      awaitReceived();
    }
    cancelled.await();
  }

  @Test
  void aBodyThatDoesNotComeIsNotWaitedFor() throws IOException {
    assertEquals("", exchange(server, POST + "Content-Length: 5\r\n\r\n["));
  }

  @Test
  void whoComesTooOftenHearsWhenToComeAgain() throws IOException {
    answer = new AdminCalls.AdminAnswer(429, "{}");
    String response = exchange(server, POST + "Content-Length: 0\r\n\r\n");
    assertTrue(response.startsWith("HTTP/1.1 429 Too Many Requests\r\n"), response);
    assertTrue(response.contains("\r\nRetry-After: 10\r\n"), response);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | POST /admin/pull HTTP/1.1~Host: a~Content-Length: 2",
        "401 | POST /admin/pull HTTP/1.1~Host: a~Authorization: Bearer bad~Content-Length: 2",
        "401 | POST /admin/pull HTTP/1.1~Host: a~Content-Length: 99999999",
        "404 | POST /admin/other HTTP/1.1~Host: a~Authorization: Bearer good~Content-Length: 2",
        "405 | GET /admin/pull HTTP/1.1~Host: a~Authorization: Bearer good",
        "405 | PUT /admin/pull HTTP/1.1~Host: a~Authorization: Bearer good",
        "405 | POST /metrics HTTP/1.1~Host: a~Authorization: Bearer good~Content-Length: 2",
        "411 | POST /admin/pull HTTP/1.1~Host: a~Authorization: Bearer good",
        "411 | POST /admin/pull HTTP/1.1~Host: a~Authorization: Bearer good~Transfer-Encoding: x",
        "400 | POST /admin/pull HTTP/1.1~Host: a~Authorization: Bearer good~Content-Length: -1",
        "400 | POST /admin/pull HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 1",
        "413 | POST /admin/pull HTTP/1.1~Host: a~Authorization: Bearer good~Content-Length: 65537",
        "413 | POST /admin/pull HTTP/1.1~Host: a~Authorization: Bearer good~Content-Length: "
            + "999999999999999999",
      })
  void whatIsNotAskedForAsItShouldBeIsRefused(int status, String request) throws IOException {
    String response = exchange(server, request.replace("~", "\r\n") + "\r\n\r\n");
    assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
    assertEquals(status == 401, response.contains("WWW-Authenticate: Bearer"), response);
    assertEquals(null, received);
  }

  @Test
  void theLargestBodyIsTaken() throws IOException {
    answer = new AdminCalls.AdminAnswer(200, "{}");
    String body = "x".repeat(AdminCalls.BODY_BYTES_MAX);
    String response =
        exchange(server, POST + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    assertTrue(response.startsWith("HTTP/1.1 200 "), response);
    assertEquals(body, received);
  }

  @Test
  void withoutATokenThereIsNothing() throws IOException {
    try (MetricsServer closed = open(null)) {
      for (String method : List.of("GET", "POST")) {
        String response =
            exchange(closed, POST.replace("POST", method) + "Content-Length: 0\r\n\r\n");
        assertTrue(response.startsWith("HTTP/1.1 404 "), response);
      }
    }
  }

  @Test
  void sourcesAreJson() throws IOException {
    String response = exchange(server, "GET /sources HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(response.contains("Content-Type: application/json\r\n"), response);
    assertTrue(response.endsWith("{\"forgotten\":0,\"bytes\":{}}\n"), response);
  }
}
