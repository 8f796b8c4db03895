package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP connection that sends exactly the bytes it is told and takes nothing that RFC 9112 does
 * not allow: line ends, field syntax, repeated fields, lengths.
 */
final class TestClient implements AutoCloseable {
  private static final int PATIENCE_MS = 20_000;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([1-5][0-9]{2}) [ -~]*");
  private static final Pattern FIELD =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([!-~](?:[ -~]*[!-~])?)?");

  private final Socket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;

  private TestClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /** Connects with default buffers. */
  static TestClient connect(InetSocketAddress address) throws IOException {
    return connect(address, 0);
  }

  /** Connects with a receive buffer of the given size, so that little is in flight unread. */
  static TestClient connect(InetSocketAddress address, int receiveBufferBytes) throws IOException {
    Socket socket = new Socket();
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MS);
    socket.connect(address, PATIENCE_MS);
    return new TestClient(socket);
  }

  /** The text of a request; the fields are whole lines without their line ends. */
  static String request(String method, String target, String... fields) {
    StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: node\r\n");
    for (String field : fields) {
      text.append(field).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Says that nothing more will be sent. */
  void finish() throws IOException {
    socket.shutdownOutput();
  }

  Response get(String target, String... fields) throws IOException {
    send(request("GET", target, fields));
    return read();
  }

  Response head(String target, String... fields) throws IOException {
    send(request("HEAD", target, fields));
    return readHead();
  }

  /** Reads the response to a GET. */
  Response read() throws IOException {
    Response head = readHead();
    if (head.status() == 304) {
      return head;
    }
    byte[] body = new byte[Math.toIntExact(head.contentLength())];
    for (int i = 0; i < body.length; ) {
      i += take(body, i, body.length - i);
    }
    return new Response(head.status(), head.fields(), body);
  }

  /** Sends a GET, hashes the body as it comes, and answers with its digest. */
  String digestOf(String target, String... fields) throws IOException {
    send(request("GET", target, fields));
    Response head = readHead();
    head.expect(200);
    return "sha256:" + HexFormat.of().formatHex(digest(head.contentLength()));
  }

  /** Reads the head of a response; a body that follows it is left. */
  Response readHead() throws IOException {
    Matcher statusLine = STATUS_LINE.matcher(readLine());
    assertTrue(statusLine.matches(), statusLine::toString);
    int status = Integer.parseInt(statusLine.group(1));
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      Matcher field = FIELD.matcher(line);
      assertTrue(field.matches(), line);
      String name = field.group(1).toLowerCase(Locale.ROOT);
      assertNull(fields.put(name, field.group(2)), () -> "repeated field " + name);
    }
    if (status != 304) {
      assertTrue(fields.get("content-length").matches("0|[1-9][0-9]*"), fields::toString);
    }
    assertTrue(fields.get("date").endsWith(" GMT"), fields::toString);
    assertEquals("registry/2.0", fields.get("docker-distribution-api-version"));
    return new Response(status, fields, new byte[0]);
  }

  /** Reads {@code length} bytes of a body and forgets them. */
  void skip(long length) throws IOException {
    for (long left = length; left > 0; ) {
      if (position == limit) {
        fill();
      }
      int count = (int) Math.min(left, limit - position);
      position += count;
      left -= count;
    }
  }

  /** Reads at least one byte of a body and at most {@code most}; returns how many. */
  int readSome(int most) throws IOException {
    return take(new byte[most], 0, most);
  }

  /** Reads at least one byte of a body and at most {@code most}. */
  byte[] readSomeBytes(int most) throws IOException {
    byte[] bytes = new byte[most];
    return Arrays.copyOf(bytes, take(bytes, 0, most));
  }

  /** Reads {@code length} bytes of a body. */
  byte[] readBytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; ) {
      i += take(bytes, i, length - i);
    }
    return bytes;
  }

  /** Whether the server has ended the connection, in order or not, with nothing left to read. */
  boolean atEnd() throws IOException {
    try {
      return position == limit && in.read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  /** Counts what still comes until the server ends the connection, in order or not. */
  long drain() throws IOException {
    long count = limit - position;
    position = limit;
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        count += n;
      }
    } catch (SocketException reset) {
      return count;
    }
    return count;
  }

  /** Vanishes: the server gets a reset instead of an orderly end. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private byte[] digest(long length) throws IOException {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (long left = length; left > 0; ) {
        if (position == limit) {
          fill();
        }
        int count = (int) Math.min(left, limit - position);
        sha256.update(buffer, position, count);
        position += count;
        left -= count;
      }
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = takeOctet(); octet != '\r'; octet = takeOctet()) {
      assertTrue(octet != '\n', () -> "a bare line feed after " + line);
      line.append((char) octet);
    }
    assertEquals('\n', takeOctet(), () -> "a bare carriage return after " + line);
    return line.toString();
  }

  private int takeOctet() throws IOException {
    if (position == limit) {
      fill();
    }
    return buffer[position++] & 0xff;
  }

  private int take(byte[] target, int offset, int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    if (position == limit) {
      fill();
    }
    int count = Math.min(most, limit - position);
    System.arraycopy(buffer, position, target, offset, count);
    position += count;
    return count;
  }

  private void fill() throws IOException {
    int count = in.read(buffer);
    if (count < 0) {
      throw new EOFException("the server has closed the connection");
    }
    position = 0;
    limit = count;
  }
}
