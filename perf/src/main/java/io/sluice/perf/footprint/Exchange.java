package io.sluice.perf.footprint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One request over a connection of its own, which ends with the response. Written on sockets, so
 * that the first byte's time is the server's and not that of a client being loaded.
 *
 * @param status HTTP status code
 * @param bodyBytes length of the body
 * @param sha256 of the body, in hexadecimal
 * @param firstByteNs from before connecting to the first byte of the body, or to the end of the
 *     head where there is no body
 */
record Exchange(int status, long bodyBytes, String sha256, long firstByteNs) {
  private static final int TIMEOUT_MS = 10_000;
  private static final int HEAD_BYTES_MAX = 16 * 1024;
  private static final int BUFFER_BYTES = 256 * 1024;

  /**
   * Asks and reads all of the answer.
   *
   * @param method such as GET
   * @param headers further header lines, each with its line end
   * @throws IOException when nothing listens, or the answer is not HTTP
   */
  static Exchange run(InetSocketAddress server, String method, String path, String headers)
      throws IOException {
    long startNs = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(server, TIMEOUT_MS);
      String head =
          method + " " + path + " HTTP/1.1\r\nHost: sluice\r\nConnection: close\r\n" + headers;
      socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      int status = status(readHead(in));
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      long bytes = 0;
      long firstByteNs = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        firstByteNs = bytes == 0 ? System.nanoTime() - startNs : firstByteNs;
        bytes += read;
        sha256.update(buffer, 0, read);
      }
      firstByteNs = bytes == 0 ? System.nanoTime() - startNs : firstByteNs;
      return new Exchange(status, bytes, HexFormat.of().formatHex(sha256.digest()), firstByteNs);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 4) {
      int next = in.read();
      if (next < 0 || head.size() > HEAD_BYTES_MAX) {
        throw new IOException("the response ended in its head, after " + head.size() + " bytes");
      }
      head.write(next);
      boolean expected = next == (ends % 2 == 0 ? '\r' : '\n');
      ends = expected ? ends + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  private static int status(String head) throws IOException {
    String[] words = head.split("[ \r]", 3);
    try {
      return Integer.parseInt(words[1]);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException("not an HTTP response: " + words[0], e);
    }
  }
}
