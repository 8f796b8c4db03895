package io.sluice.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BasicAuthTest {
  @TempDir Path directory;

  private String complaint(String text) throws IOException {
    Path file = directory.resolve("auth");
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    return assertThrows(StartupException.class, () -> BasicAuth.load(file))
        .getMessage()
        .substring(file.toString().length());
  }

  @Test
  void theHeaderIsAsRfc7617HasIt() {
    assertEquals(
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        new BasicAuth("Aladdin", "open sesame").headerValue());
    assertEquals("Basic dGVzdDoxMjPCow==", new BasicAuth("test", "123£").headerValue());
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertEquals(
        ": there is no colon between user and password; write user:password.", complaint("hello"));
    assertEquals(": the user is empty; write one.", complaint(":a"));
    assertEquals(": the password is empty; write one.", complaint("a:\n"));
    assertEquals(": control characters; leave them out.", complaint("a:b\nc:d\n"));
    assertEquals(": not UTF-8; write it in UTF-8.", complaint("a:\u00a3"));
    assertEquals(
        ": user and password have 257 bytes and at most 256 are allowed; choose shorter ones.",
        complaint("a:" + "b".repeat(Limits.BASIC_AUTH_BYTES_MAX - 1) + "\n"));
    assertThrows(IllegalArgumentException.class, () -> new BasicAuth("a:b", "c"));
  }

  @Test
  void theLongestIsRead() throws IOException {
    Path file = directory.resolve("auth");
    String password = "b".repeat(Limits.BASIC_AUTH_BYTES_MAX - 2);
    Files.writeString(file, "a:" + password + "\r\n");
    assertEquals(password, BasicAuth.load(file).password());
  }

  @Test
  void thePasswordIsNotShown() {
    assertFalse(new BasicAuth("a", "secret").toString().contains("secret"));
  }
}
