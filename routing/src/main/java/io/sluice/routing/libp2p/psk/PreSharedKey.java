package io.sluice.routing.libp2p.psk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The key that all nodes of a private network share: 32 bytes. Immutable; never shown.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/pnet/Private-Networks-PSK-V1.md">the
 *     specification</a>
 */
public final class PreSharedKey {
  private static final String HEADER = "/key/swarm/psk/1.0.0/";
  private static final long FILE_BYTES_MAX = 4096;

  private final byte[] key;

  private PreSharedKey(byte[] key) {
    this.key = key;
  }

  /**
   * Takes a copy of 32 bytes.
   *
   * @throws IllegalArgumentException when there are more or fewer
   */
  public static PreSharedKey of(byte[] key) {
    if (key.length != XSalsa20.KEY_BYTES) {
      throw new IllegalArgumentException(
          "a pre-shared key has " + XSalsa20.KEY_BYTES + " bytes, not " + key.length);
    }
    return new PreSharedKey(key.clone());
  }

  /**
   * Reads a key file: {@code /key/swarm/psk/1.0.0/}, {@code /base16/} or {@code /base64/} or {@code
   * /bin/}, the key, each on a line.
   *
   * @throws IOException when it is not one, in one sentence with the remedy
   */
  public static PreSharedKey read(Path file) throws IOException {
    byte[] bytes;
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IllegalArgumentException("it has " + Files.size(file) + " bytes");
      }
      bytes = Files.readAllBytes(file);
      return new PreSharedKey(parse(bytes));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file
              + " is no swarm key ("
              + e.getMessage()
              + "); it has to be "
              + HEADER
              + ", /base16/ and 64 hexadecimal digits, on three lines",
          e);
    } catch (IOException e) {
      throw new IOException(
          "the swarm key " + file + " cannot be read (" + e + "); name a file that this user reads",
          e);
    }
  }

  private static byte[] parse(byte[] bytes) {
    int firstEnd = endOfLine(bytes, 0);
    int secondEnd = endOfLine(bytes, firstEnd);
    String header = line(bytes, 0, firstEnd);
    if (!header.equals(HEADER)) {
      throw new IllegalArgumentException("it does not begin with " + HEADER);
    }
    String encoding = line(bytes, firstEnd, secondEnd);
    byte[] key =
        switch (encoding) {
          case "/base16/" -> HexFormat.of().parseHex(line(bytes, secondEnd, bytes.length));
          case "/base64/" -> Base64.getDecoder().decode(line(bytes, secondEnd, bytes.length));
          case "/bin/" ->
              Arrays.copyOfRange(
                  bytes, secondEnd, Math.min(bytes.length, secondEnd + XSalsa20.KEY_BYTES));
          default -> throw new IllegalArgumentException("its encoding is not /base16/ or /base64/");
        };
    if (key.length != XSalsa20.KEY_BYTES) {
      throw new IllegalArgumentException("its key has " + key.length + " bytes");
    }
    return key;
  }

  private static int endOfLine(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return bytes.length;
  }

  private static String line(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).strip();
  }

  XSalsa20 cipher(byte[] nonce) {
    return new XSalsa20(key, nonce);
  }

  @Override
  public String toString() {
    return "a pre-shared key";
  }
}
