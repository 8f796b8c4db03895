package io.sluice.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * A user and a password, as HTTP has them (RFC 7617).
 *
 * @param user not empty, without a colon
 * @param password not empty
 */
public record BasicAuth(String user, String password) {
  /** Where Spegel's chart mounts them, and where they are looked for unless said otherwise. */
  public static final Path PLACE = Path.of("/etc/secrets/basic-auth");

  private static final String USER_FILE = "username";
  private static final String PASSWORD_FILE = "password";

  /**
   * Refuses what cannot be said in a header, or is no secret.
   *
   * @throws IllegalArgumentException with a phrase that says what is expected
   */
  public BasicAuth {
    require(!user.isEmpty(), "the user is empty; write one");
    require(user.indexOf(':') < 0, "the user has a colon, which ends it in HTTP; choose another");
    require(!password.isEmpty(), "the password is empty; write one");
    require(isPrintable(user) && isPrintable(password), "control characters; leave them out");
    int bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8).length;
    require(
        bytes <= Limits.BASIC_AUTH_BYTES_MAX,
        "user and password have "
            + bytes
            + " bytes and at most "
            + Limits.BASIC_AUTH_BYTES_MAX
            + " are allowed; choose shorter ones");
  }

  /** {@link #PLACE}, if there is anything in it: an optional secret leaves an empty directory. */
  public static Optional<Path> mounted() {
    boolean there = Files.isRegularFile(PLACE) || Files.exists(PLACE.resolve(USER_FILE));
    return there ? Optional.of(PLACE) : Optional.empty();
  }

  /**
   * Reads credentials: from a directory with the files {@code username} and {@code password}, as
   * Kubernetes mounts a secret of type {@code basic-auth}, or from a file with {@code
   * user:password}. One line feed at the end of a file does not count.
   *
   * @throws IOException if they cannot be read
   * @throws IllegalArgumentException with a phrase, if they make no sense
   */
  public static BasicAuth read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return new BasicAuth(text(path.resolve(USER_FILE)), text(path.resolve(PASSWORD_FILE)));
    }
    String line = text(path);
    int colon = line.indexOf(':');
    require(colon >= 0, "there is no colon between user and password; write user:password");
    return new BasicAuth(line.substring(0, colon), line.substring(colon + 1));
  }

  /**
   * Reads credentials as {@link #read} does.
   *
   * @throws StartupException with a sentence, if that is not possible
   */
  public static BasicAuth load(Path path) {
    try {
      return read(path);
    } catch (IOException e) {
      throw new StartupException(
          path
              + ": cannot be read ("
              + e.getClass().getSimpleName()
              + "); --basic-auth-file names a file with user:password, or a directory with the"
              + " files username and password.",
          e);
    } catch (IllegalArgumentException e) {
      throw new StartupException(path + ": " + e.getMessage() + ".", e);
    }
  }

  /** The value of {@code Authorization}. */
  public String headerValue() {
    byte[] bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  /** Names the user only. */
  @Override
  public String toString() {
    return "BasicAuth[user=" + user + "]";
  }

  private static String text(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      // A carriage return and a line feed may follow.
      bytes = in.readNBytes(Limits.BASIC_AUTH_BYTES_MAX + 3);
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
      return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8; write it in UTF-8", e);
    }
  }

  private static boolean isPrintable(String text) {
    return text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
  }

  private static void require(boolean holds, String phrase) {
    if (!holds) {
      throw new IllegalArgumentException(phrase);
    }
  }
}
