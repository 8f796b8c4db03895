package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.HostPort;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StartupException;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose clients and peers have to know a user and a password. */
@Tag("kernel")
@Timeout(60)
class BasicAuthTest {
  private static final String RIGHT = header("hello", "world");
  private static final String WRONG = header("hello", "World");

  @TempDir Path directory;
  private Path secret;
  private ImageLayout layout;
  private Digest blob;

  private static String header(String user, String password) {
    return "Authorization: " + new BasicAuth(user, password).headerValue();
  }

  @BeforeEach
  void prepare() throws IOException {
    secret = Files.createDirectory(directory.resolve("basic-auth"));
    Files.writeString(secret.resolve("username"), "hello");
    Files.writeString(secret.resolve("password"), "world\n");
    layout = new ImageLayout(directory.resolve("layout"));
    blob = layout.randomBlob(3000);
    layout.image("acme.test/library/app:1", "app");
    layout.writeIndex();
  }

  private Settings.Builder settings(Settings.Builder builder) {
    return builder.loops(1).basicAuthFile(secret);
  }

  private String path() {
    return "/v2/library/app/blobs/" + blob + "?ns=acme.test";
  }

  @Test
  void asksForThemAndForNothingElse() throws IOException {
    try (TestNode node = TestNode.start(layout, this::settings);
        TestClient client = node.connect()) {
      for (String target : List.of("/v2/", path(), "/v2/library/app/tags/list", "/elsewhere")) {
        Response refused = client.get(target).expectError(401, "UNAUTHORIZED");
        assertEquals("Basic realm=\"registry\"", refused.field("www-authenticate"));
        client.get(target, WRONG).expectError(401, "UNAUTHORIZED");
      }
      assertEquals(
          "Basic realm=\"registry\"", client.head(path()).expect(401).field("www-authenticate"));
      client.get("/v2/", RIGHT).expect(200);
      client.get("/v2/library/app/manifests/1?ns=acme.test", RIGHT).expect(200);
      assertEquals(3000, client.get(path(), RIGHT).expect(200).contentLength());
      client.get("/livez").expect(200);
      client.get("/readyz").expect(200);
      assertTrue(
          node.page("/metrics").contains("reason=\"unauthorized\"} 9"),
          () -> node.page("/metrics"));
    }
  }

  @Test
  void peersAreToldThem() throws IOException {
    ImageLayout nothing = new ImageLayout(directory.resolve("nothing"));
    try (TestNode owner = TestNode.start(layout, this::settings);
        TestNode node =
            TestNode.start(
                nothing, builder -> settings(builder).staticPeers(List.of(owner.hostPort())));
        TestNode stranger =
            TestNode.start(
                nothing, builder -> builder.loops(1).staticPeers(List.of(owner.hostPort())))) {
      assertEquals(3000, node.get(path(), RIGHT).expect(200).contentLength());
      node.get(path()).expect(401);
      stranger.get(path()).expect(404);
    }
  }

  @Test
  void whatAPeerSees() throws IOException {
    ImageLayout nothing = new ImageLayout(directory.resolve("nothing"));
    try (FakePeer peer = FakePeer.sending("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
      List<HostPort> peers = List.of(peer.address());
      try (TestNode node =
          TestNode.start(nothing, builder -> settings(builder).staticPeers(peers))) {
        node.get(path(), RIGHT).expect(404);
      }
      try (TestNode node =
          TestNode.start(nothing, builder -> builder.loops(1).staticPeers(peers))) {
        node.get(path(), RIGHT).expect(404);
      }
      assertTrue(peer.requests().get(0).contains("\n" + RIGHT + "\n"), peer.requests()::toString);
      // Who asks for nothing passes nothing on.
      assertFalse(peer.requests().get(1).contains("Authorization"), peer.requests()::toString);
    }
  }

  @Test
  void aChangeIsFollowedAndAMistakeIsNot() throws IOException {
    try (TestNode node = TestNode.start(layout, this::settings)) {
      Files.delete(secret.resolve("password"));
      node.get("/v2/", RIGHT).expect(200);
      Files.writeString(secret.resolve("password"), "earth");
      String changed = header("hello", "earth");
      TestNode.await("the change", () -> node.get("/v2/", changed).status() == 200);
      node.get("/v2/", RIGHT).expect(401);
    }
  }

  @Test
  void withoutThemItDoesNotStart() throws IOException {
    Files.delete(secret.resolve("password"));
    String message =
        assertThrows(StartupException.class, () -> TestNode.start(layout, this::settings))
            .getMessage();
    assertTrue(message.startsWith(secret + ": cannot be read (NoSuchFileException); "), message);
  }
}
