package io.sluice.routing.bootstrap;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLSocketFactory;

/**
 * One GET of a small document over HTTP/1.1, with or without TLS. Blocks; redirects are not
 * followed. The JDK's own clients cost several MiB once used, for one request in half an hour.
 */
final class HttpGet {
  /** Longest document. */
  static final int BODY_BYTES_MAX = 64 << 10;

  /** Longest head of a response. */
  static final int HEAD_BYTES_MAX = 8 << 10;

  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int READ_TIMEOUT_MS = 10_000;
  private static final long TOTAL_TIMEOUT_NS = 20_000_000_000L;
  private static final int PORT = 80;
  private static final int TLS_PORT = 443;

  private final URI url;
  private final InputStream in;
  private final long deadlineNs = System.nanoTime() + TOTAL_TIMEOUT_NS;
  private long contentLength = -1;
  private boolean chunked;

  private HttpGet(URI url, InputStream in) {
    this.url = url;
    this.in = in;
  }

  /**
   * The document at {@code url}.
   *
   * @throws IOException when there is none, in one sentence that names the URL
   */
  static byte[] of(URI url) throws IOException {
    if (url.getHost() == null) {
      throw new IOException("'" + url + "' names no host; one looks like http://192.0.2.1:5002/id");
    }
    boolean tls = "https".equalsIgnoreCase(url.getScheme());
    int port = url.getPort() >= 0 ? url.getPort() : tls ? TLS_PORT : PORT;
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(url.getHost(), port), CONNECT_TIMEOUT_MS);
      plain.setSoTimeout(READ_TIMEOUT_MS);
      if (!tls) {
        return exchange(url, plain);
      }
      SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
      try (Socket secured = factory.createSocket(plain, url.getHost(), port, true)) {
        return exchange(url, secured);
      }
    } catch (IOException failed) {
      throw new IOException(url + ": " + failed.getMessage(), failed);
    }
  }

  private static byte[] exchange(URI url, Socket socket) throws IOException {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String request =
        "GET "
            + path
            + query
            + " HTTP/1.1\r\nHost: "
            + url.getRawAuthority()
            + "\r\nUser-Agent: sluice\r\nAccept: application/json\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new HttpGet(url, socket.getInputStream()).response();
  }

  private byte[] response() throws IOException {
    int headBytes = 0;
    String status = line();
    if (!status.matches("HTTP/1\\.[01] 200( .*)?")) {
      throw new IOException("the answer is '" + status + "' instead of 200");
    }
    for (String line = line(); !line.isEmpty(); line = line()) {
      headBytes += line.length();
      if (headBytes > HEAD_BYTES_MAX) {
        throw new IOException("the head of the answer is too long");
      }
      header(line);
    }
    return chunked ? chunks() : body();
  }

  private void header(String line) throws IOException {
    String lower = line.toLowerCase(Locale.ROOT);
    if (lower.startsWith("content-length:")) {
      contentLength = number(lower.substring("content-length:".length()).strip(), 10);
    } else if (lower.startsWith("transfer-encoding:")) {
      chunked = lower.endsWith("chunked");
    }
  }

  private byte[] body() throws IOException {
    if (contentLength > BODY_BYTES_MAX) {
      throw new IOException("an answer of " + contentLength + " bytes is too long");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (contentLength >= 0) {
      copy((int) contentLength, out);
    } else {
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        checkTime();
        if (out.size() == BODY_BYTES_MAX) {
          throw new IOException("the answer is too long");
        }
        out.write(octet);
      }
    }
    return out.toByteArray();
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (true) {
      String size = line();
      int extension = size.indexOf(';');
      long length = number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
      if (length == 0) {
        return out.toByteArray();
      }
      if (out.size() + length > BODY_BYTES_MAX) {
        throw new IOException("the answer is too long");
      }
      copy((int) length, out);
      line();
    }
  }

  private void copy(int length, ByteArrayOutputStream out) throws IOException {
    byte[] buffer = new byte[length];
    for (int filled = 0; filled < length; ) {
      checkTime();
      int count = in.read(buffer, filled, length - filled);
      if (count < 0) {
        throw new EOFException("the answer ends early");
      }
      filled += count;
    }
    out.writeBytes(buffer);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      checkTime();
      if (octet < 0) {
        throw new EOFException("the answer ends early");
      }
      if (line.length() == HEAD_BYTES_MAX) {
        throw new IOException("a line of the answer is too long");
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  /** A server that sends one byte now and then does not hold this up for ever. */
  private void checkTime() throws IOException {
    if (System.nanoTime() - deadlineNs > 0) {
      throw new IOException("the answer takes too long");
    }
  }

  private static long number(String digits, int radix) throws IOException {
    try {
      long number = Long.parseLong(digits, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException none) {
      // Said below.
    }
    throw new IOException("'" + digits + "' is no length");
  }
}
