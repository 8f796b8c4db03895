package io.sluice.server.pull;

import io.sluice.server.config.Setting;
import io.sluice.server.config.StartupException;
import io.sluice.server.log.Log;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * The secret of the admin endpoint, in a file that is read for each request: a secret that is
 * mounted anew holds at once. While it cannot be read, nobody is let in. Any thread may call.
 */
public final class AdminToken {
  private static final Log LOG = Log.of("admin");
  private static final String SCHEME = "bearer ";

  private final Path file;

  /**
   * Makes sure that there is a token.
   *
   * @throws StartupException in one sentence, if there is none
   */
  public AdminToken(Path file) {
    this.file = file;
    try {
      read();
    } catch (IOException e) {
      throw new StartupException(e.getMessage(), e);
    }
  }

  /**
   * Whether a request knows the token; takes as long for one that is nearly right as for any other.
   *
   * @param authorizationOrNull the value of {@code Authorization}; null without one
   */
  boolean isIn(String authorizationOrNull) {
    String given = authorizationOrNull == null ? "" : authorizationOrNull;
    if (!given.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return false;
    }
    byte[] bytes = given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.ISO_8859_1);
    try {
      // Hashes have the same length whatever is sent.
      return MessageDigest.isEqual(hash(bytes), hash(read()));
    } catch (IOException e) {
      LOG.warn("nobody is let in: " + e.getMessage());
      return false;
    }
  }

  private byte[] read() throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(PullLimits.TOKEN_BYTES_MAX + 2);
    } catch (IOException e) {
      throw new IOException(
          file
              + ": cannot be read ("
              + e.getClass().getSimpleName()
              + "); "
              + Setting.ADMIN_TOKEN_FILE.flag()
              + " names a file with a token.",
          e);
    }
    String token = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    boolean printable = token.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (token.length() < PullLimits.TOKEN_BYTES_MIN
        || token.length() > PullLimits.TOKEN_BYTES_MAX
        || !printable) {
      throw new IOException(
          file
              + ": a token is one word of "
              + PullLimits.TOKEN_BYTES_MIN
              + " to "
              + PullLimits.TOKEN_BYTES_MAX
              + " printable ASCII characters; write one, as openssl rand -hex 32 makes it.");
    }
    return token.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] hash(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
