package io.sluice.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Readiness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsServerTest {
  private static final long SHORT_TIMEOUT_NS = 500_000_000L;
  private static final int CLIENT_TIMEOUT_MS = 30_000;

  private final NodeMetrics metrics = new NodeMetrics("1.2.3", List.of(new LoopMetrics(0)));
  private volatile boolean ready = true;
  private MetricsServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new MetricsServer(
            anyPort(),
            metrics,
            () -> new Readiness(ready, ready ? "Ready." : "The node is not ready."));
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void servesMetricsInPrometheusText() throws IOException {
    final String response = exchange("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
    assertTrue(response.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    assertTrue(response.contains("Connection: close\r\n"));
    assertEquals(contentLength(response), body(response).length());
    assertEquals(
        1,
        Exposition.parse(body(response)).samples().keySet().stream()
            .filter(sample -> sample.startsWith("sluice_build_info{"))
            .count());
  }

  @Test
  void servesOpenMetricsOnRequest() throws IOException {
    final String response =
        exchange(
            "GET /metrics HTTP/1.1\r\nHost: a\r\naccept:"
                + " application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1\r\n\r\n");
    assertTrue(
        response.contains("Content-Type: application/openmetrics-text; version=1.0.0;"), response);
    assertTrue(response.endsWith("# EOF\n"));
  }

  @Test
  void headHasTheLengthButNoBody() throws IOException {
    final String response = exchange("HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
    assertTrue(contentLength(response) > 0);
    assertEquals("", body(response));
  }

  @Test
  void readinessFollowsTheNode() throws IOException {
    assertTrue(exchange("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 200 "));
    ready = false;
    final String response = exchange("GET /readyz?verbose HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(response.startsWith("HTTP/1.1 500 "), response);
    assertTrue(body(response).startsWith("The node is not ready"), response);
    assertTrue(exchange("GET /livez HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 200 "));
  }

  @Test
  void aFailingReadinessCheckIsAnAnswerAndNotTheEnd() throws IOException {
    try (MetricsServer failing =
        new MetricsServer(
            anyPort(),
            metrics,
            () -> {
              throw new IllegalStateException("broken");
            })) {
      failing.start();
      for (int i = 0; i < 2; i++) {
        final String response = exchange(failing.port(), "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
        assertTrue(response.startsWith("HTTP/1.1 500 "), response);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | GET /livez",
        "400 | GET  /livez HTTP/1.1~Host: a",
        "400 | GET livez HTTP/1.1~Host: a",
        "400 | GET http://a/livez HTTP/1.1~Host: a",
        "400 | GET /livez HTTP/1.1",
        "400 | GET /livez HTTP/1.1~Host: a~Host: b",
        "400 | GET /livez HTTP/1.1~Host : a",
        "400 | GET /livez HTTP/1.1~Host: a~no colon",
        "400 | GET /livez HTTP/1.1~Host: a~X: folded~ line",
        "400 | GET /livez HTTP/1.1~Host: a~: no name",
        "400 | GET /livez HTTP/1.1~Host: a\\nX: bare line feed",
        "400 | GET /livez HTTP/1.1~Host: a\\rX: bare carriage return",
        "400 | GET /li\\0vez HTTP/1.1~Host: a",
        "400 | GET /livez HTTP/1.1~Host: a~Content-Length: 5",
        "400 | GET /livez HTTP/1.1~Host: a~Content-Length: 0~Content-Length: 5",
        "400 | GET /livez HTTP/1.1~Host: a~Transfer-Encoding: chunked",
        "404 | GET / HTTP/1.1~Host: a",
        "404 | GET /metrics/ HTTP/1.1~Host: a",
        "404 | GET /../metrics HTTP/1.1~Host: a",
        "405 | POST /metrics HTTP/1.1~Host: a",
        "405 | get /metrics HTTP/1.1~Host: a",
        "505 | GET /metrics HTTP/2.0~Host: a",
        "400 | PRI * HTTP/2.0",
      })
  void refusesWhatIsNotAPlainGetOrHead(final int status, final String request) throws IOException {
    final String bytes =
        request.replace("~", "\r\n").replace("\\n", "\n").replace("\\r", "\r").replace("\\0", "\0");
    final String response = exchange(bytes + "\r\n\r\n");
    assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
    assertEquals(contentLength(response), body(response).length());
  }

  @Test
  void acceptsARequestOfTheLargestSizeAndRefusesOneByteMore() throws IOException {
    final String start = "GET /livez HTTP/1.1\r\nHost: a\r\nX: ";
    final String padding = "x".repeat(MetricsRequest.MAX_BYTES - start.length() - 4);
    assertTrue(exchange(start + padding + "\r\n\r\n").startsWith("HTTP/1.1 200 "));
    assertTrue(exchange(start + padding + "x\r\n\r\n").startsWith("HTTP/1.1 431 "));
  }

  @Test
  void aClientThatSendsFarTooMuchStillGetsTheAnswer() throws IOException {
    assertTrue(exchange("x".repeat(500_000)).startsWith("HTTP/1.1 431 "));
  }

  @Test
  void bytesAfterTheRequestAreIgnored() throws IOException {
    final String request = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";
    assertTrue(exchange(request + request).endsWith("The node is alive.\n"));
  }

  @Test
  void aRequestMayArriveByteByByte() throws IOException {
    try (Socket client = connect(server.port())) {
      client.setTcpNoDelay(true);
      for (final byte b :
          "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
        client.getOutputStream().write(b);
        client.getOutputStream().flush();
      }
      assertTrue(readAll(client).startsWith("HTTP/1.1 200 "));
    }
  }

  @Test
  void hangingClientsDoNotBlockOthers() throws IOException {
    final List<Socket> hanging = new ArrayList<>();
    try {
      for (int i = 0; i < MetricsServer.MAX_CONNECTIONS - 1; i++) {
        final Socket client = connect(server.port());
        client.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
        hanging.add(client);
      }
      assertTrue(exchange("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 200 "));
    } finally {
      for (final Socket client : hanging) {
        client.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /metr", "x"})
  void hangingClientsAreClosedAndMakeRoom(final String sent) throws IOException {
    try (MetricsServer impatient =
        new MetricsServer(
            anyPort(), metrics, () -> new Readiness(true, "Ready."), SHORT_TIMEOUT_NS)) {
      impatient.start();
      final List<Socket> hanging = new ArrayList<>();
      for (int i = 0; i < MetricsServer.MAX_CONNECTIONS * 2; i++) {
        final Socket client = connect(impatient.port());
        client.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
        hanging.add(client);
      }
      assertTrue(
          exchange(impatient.port(), "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
              .startsWith("HTTP/1.1 200 "));
      for (final Socket client : hanging) {
        assertClosedWithoutAnswer(client);
        client.close();
      }
    }
  }

  @Test
  void clientsThatVanishLeaveTheServerUnchanged() throws IOException {
    for (int i = 0; i < 100; i++) {
      try (Socket client = connect(server.port())) {
        client.setSoLinger(true, 0);
        if (i % 2 == 0) {
          client
              .getOutputStream()
              .write(
                  "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
    assertTrue(exchange("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 200 "));
  }

  @Test
  void anAddressInUseIsNamedWithTheRemedy() {
    final MetricsServer second =
        new MetricsServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
            metrics,
            () -> new Readiness(true, "Ready."));
    final String message = assertThrows(IOException.class, second::start).getMessage();
    assertTrue(message.contains(":" + server.port()), message);
    assertTrue(message.contains("--metrics-addr"), message);
  }

  @Test
  void closingFreesThePort() throws IOException {
    final int port = server.port();
    server.close();
    assertThrows(SocketException.class, () -> connect(port).close());
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static Socket connect(final int port) throws IOException {
    final Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
    client.setSoTimeout(CLIENT_TIMEOUT_MS);
    return client;
  }

  private String exchange(final String request) throws IOException {
    return exchange(server.port(), request);
  }

  private static String exchange(final int port, final String request) throws IOException {
    try (Socket client = connect(port)) {
      client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      client.shutdownOutput();
      return readAll(client);
    }
  }

  private static String readAll(final Socket client) throws IOException {
    final ByteArrayOutputStream response = new ByteArrayOutputStream();
    client.getInputStream().transferTo(response);
    return response.toString(StandardCharsets.ISO_8859_1);
  }

  private static void assertClosedWithoutAnswer(final Socket client) throws IOException {
    try {
      assertEquals("", readAll(client));
    } catch (SocketException reset) {
      // Closed as well, only before the server had read what was sent.
      assertEquals("Connection reset", reset.getMessage());
    }
  }

  private static String body(final String response) {
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  private static int contentLength(final String response) {
    final int start = response.indexOf("Content-Length: ") + "Content-Length: ".length();
    return Integer.parseInt(response.substring(start, response.indexOf("\r\n", start)));
  }
}
