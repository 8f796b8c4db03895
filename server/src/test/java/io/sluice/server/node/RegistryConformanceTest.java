package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Digest;
import io.sluice.server.store.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pull and content discovery categories of the OCI distribution specification 1.1, and what
 * Spegel's nodes expect of each other.
 */
@Tag("kernel")
class RegistryConformanceTest {
  private static final String OCTETS = "application/octet-stream";
  private static final String ARTIFACT = "application/vnd.example.sbom";

  @TempDir static Path directory;
  private static ImageLayout layout;
  private static TestNode node;
  private static Digest app;
  private static Digest unlisted;
  private static Digest config;
  private static Digest sbom;
  private static Digest signature;

  @BeforeAll
  static void start() throws IOException {
    layout = new ImageLayout(directory.resolve("layout"));
    app = layout.image("acme.test/library/app:1", "app");
    for (String tag : new String[] {"2", "3", "edge", "latest"}) {
      layout.image("acme.test/library/app:" + tag, "app " + tag);
    }
    layout.image("acme.test/library/both:1", "docker's");
    layout.image("ab.test/library/both:1", "quay's");
    sbom = layout.referrer(app, ARTIFACT);
    signature = layout.referrer(app, "application/vnd.example.signature");
    unlisted = layout.manifest("unlisted", "");
    config = layout.blob("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{}}");
    layout.writeIndex();
    node = TestNode.start(layout);
  }

  @AfterAll
  static void stop() {
    node.awaitQuiet();
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/", "/v2", "/livez", "/readyz", "/v2/?ns=acme.test"})
  void answersThatItIsThere(String target) throws IOException {
    try (TestClient client = node.connect()) {
      assertEquals(0, client.get(target).expect(200).body().length);
      assertEquals(0, client.head(target).expect(200).contentLength());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz"})
  void probesAnswerOnTheMetricsPortToo(String path) {
    assertTrue(node.page(path).startsWith("HTTP/1.1 200 "));
  }

  @Test
  void servesAManifestByTagAndByDigest() throws IOException {
    byte[] content = Files.readAllBytes(layout.path(app));
    try (TestClient client = node.connect()) {
      for (String reference : new String[] {"1", app.toString()}) {
        String target = "/v2/library/app/manifests/" + reference + "?ns=acme.test";
        Response response = client.get(target).expect(200);
        assertArrayEquals(content, response.body());
        assertManifest(app, content.length, response);
        assertManifest(app, content.length, client.head(target).expect(200));
      }
    }
  }

  private static void assertManifest(Digest digest, long size, Response response) {
    assertEquals(MediaType.OCI_MANIFEST, response.field("content-type"));
    assertEquals(digest.toString(), response.field("docker-content-digest"));
    assertEquals('"' + digest.toString() + '"', response.field("etag"));
    assertEquals("acme.test", response.field("oci-namespace"));
    assertEquals(size, response.contentLength());
  }

  @Test
  void servesAManifestThatTheIndexDoesNotListWithItsMediaType() throws IOException {
    Response response = node.get("/v2/any/name/manifests/" + unlisted).expect(200);
    assertEquals(MediaType.OCI_MANIFEST, response.field("content-type"));
    assertEquals(unlisted, ImageLayout.digestOf(response.body()));
    assertNull(response.field("oci-namespace"));
  }

  @Test
  void servesABlob() throws IOException {
    String target = "/v2/library/app/blobs/" + config + "?ns=acme.test";
    try (TestClient client = node.connect()) {
      Response response = client.get(target).expect(200);
      assertEquals(config, ImageLayout.digestOf(response.body()));
      Response head = client.head(target).expect(200);
      assertEquals(response.body().length, head.contentLength());
      for (Response each : new Response[] {response, head}) {
        assertEquals(OCTETS, each.field("content-type"));
        assertEquals("bytes", each.field("accept-ranges"));
        assertEquals(config.toString(), each.field("docker-content-digest"));
        assertEquals("acme.test", each.field("oci-namespace"));
      }
    }
  }

  @Test
  void saysWhatIsUnknown() throws IOException {
    Digest missing = ImageLayout.missing(1);
    try (TestClient client = node.connect()) {
      String blob = "/v2/library/app/blobs/" + missing;
      Response response = client.get(blob).expectError(404, "BLOB_UNKNOWN");
      assertTrue(response.text().contains(missing.toString()), response::text);
      assertEquals(response.body().length, client.head(blob).expect(404).contentLength());
      client.get("/v2/library/app/manifests/" + missing).expectError(404, "MANIFEST_UNKNOWN");
      client.get("/v2/library/app/manifests/none").expectError(404, "MANIFEST_UNKNOWN");
      client.get("/v2/no/such/manifests/1").expectError(404, "MANIFEST_UNKNOWN");
      client.get("/v2/no/such/tags/list").expectError(404, "NAME_UNKNOWN");
      client.get("/nothing/here").expectError(404, "NAME_UNKNOWN");
      client.get("/v2/library/app/manifests/.bad").expect(404);
      client.get("/v2/library/app/manifests/" + config).expectError(404, "MANIFEST_UNKNOWN");
    }
  }

  @Test
  void namespaceSelectsTheRegistryOfATag() throws IOException {
    try (TestClient client = node.connect()) {
      client.get("/v2/library/app/manifests/1?ns=acme.test").expect(200);
      client.get("/v2/library/app/manifests/1?ns=ab.test").expectError(404, "MANIFEST_UNKNOWN");
      client.get("/v2/library/app/manifests/1").expect(200);
      Response docker = client.get("/v2/library/both/manifests/1?ns=acme.test").expect(200);
      Response quay = client.get("/v2/library/both/manifests/1?ns=ab.test").expect(200);
      assertFalse(docker.text().equals(quay.text()));
      Response ambiguous = client.get("/v2/library/both/manifests/1");
      ambiguous.expectError(404, "MANIFEST_UNKNOWN");
      assertTrue(ambiguous.text().contains("?ns="), ambiguous::text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "?ns=acme.test", "?ns=ab.test", "?ns=localhost:5000", "?ns=%5B::1%5D"})
  void aDigestIsServedWithAnyNamespace(String query) throws IOException {
    try (TestClient client = node.connect()) {
      client.get("/v2/library/app/manifests/" + app + query).expect(200);
      client.get("/v2/other/blobs/" + config + query).expect(200);
    }
  }

  @Test
  void listsTagsInPages() throws IOException {
    String list = "/v2/library/app/tags/list";
    try (TestClient client = node.connect()) {
      Response all = client.get(list + "?ns=acme.test").expect(200);
      assertEquals("application/json", all.field("content-type"));
      String tags = "[\"1\",\"2\",\"3\",\"edge\",\"latest\"]";
      assertEquals("{\"name\":\"library/app\",\"tags\":" + tags + "}", all.text());
      assertNull(all.field("link"));
      assertEquals(all.body().length, client.head(list).expect(200).contentLength());

      Response page = client.get(list + "?n=2&ns=acme.test").expect(200);
      assertTrue(page.text().endsWith("[\"1\",\"2\"]}"), page::text);
      String collected = page.text();
      while (page.field("link") != null) {
        String link = page.field("link");
        assertTrue(link.matches("<[^>]+>; rel=\"?next\"?"), link);
        page = client.get(link.substring(1, link.indexOf('>'))).expect(200);
        collected += page.text();
      }
      assertTrue(collected.endsWith("[\"3\",\"edge\"]}" + page.text()), collected);
      assertTrue(page.text().endsWith("[\"latest\"]}"), page::text);

      assertTrue(client.get(list + "?n=0").expect(200).text().endsWith("\"tags\":[]}"));
      assertTrue(
          client.get(list + "?last=3").expect(200).text().endsWith("[\"edge\",\"latest\"]}"));
      assertTrue(client.get(list + "?last=zzz").expect(200).text().endsWith("\"tags\":[]}"));
      client.get(list + "?ns=ab.test").expectError(404, "NAME_UNKNOWN");
      client.get(list + "?n=x").expect(400);
    }
  }

  @Test
  void listsReferrers() throws IOException {
    String referrers = "/v2/library/app/referrers/";
    try (TestClient client = node.connect()) {
      Response all = client.get(referrers + app).expect(200);
      assertEquals(MediaType.OCI_INDEX, all.field("content-type"));
      assertTrue(all.text().contains(sbom.toString()), all::text);
      assertTrue(all.text().contains(signature.toString()), all::text);
      assertNull(all.field("oci-filters-applied"));
      assertEquals(all.body().length, client.head(referrers + app).expect(200).contentLength());

      Response some = client.get(referrers + app + "?artifactType=" + ARTIFACT).expect(200);
      assertEquals("artifactType", some.field("oci-filters-applied"));
      assertTrue(some.text().contains(sbom.toString()), some::text);
      assertFalse(some.text().contains(signature.toString()), some::text);

      Response none = client.get(referrers + ImageLayout.missing(2)).expect(200);
      assertEquals(MediaType.OCI_INDEX, none.field("content-type"));
      assertTrue(none.text().contains("\"manifests\":[]"), none::text);
      assertTrue(none.text().contains("\"schemaVersion\":2"), none::text);
      client.get(referrers + "sha256:nonsense").expectError(400, "DIGEST_INVALID");
    }
  }

  @Test
  void notModifiedWhenTheClientHasIt() throws IOException {
    String blob = "/v2/library/app/blobs/" + config;
    String manifest = "/v2/library/app/manifests/1?ns=acme.test";
    try (TestClient client = node.connect()) {
      for (String tag : new String[] {"\"" + config + "\"", "W/\"" + config + "\", \"x\"", "*"}) {
        Response response = client.get(blob, "If-None-Match: " + tag).expect(304);
        assertEquals('"' + config.toString() + '"', response.field("etag"));
      }
      client.get(blob, "If-None-Match: \"" + app + "\"").expect(200);
      client.get(manifest, "If-None-Match: \"" + app + "\"").expect(304);
      client.get(manifest, "If-None-Match: \"x\"").expect(200);
    }
  }

  @Test
  void toleratesWhatSpegelSends() throws IOException {
    try (TestClient client = node.connect()) {
      client
          .get(
              "/v2/library/app/manifests/1?ns=acme.test",
              "User-Agent: spegel",
              "X-Spegel-Mirrored: true",
              "Authorization: Basic Og==",
              "Accept: " + MediaType.OCI_MANIFEST,
              "Accept: " + MediaType.OCI_INDEX)
          .expect(200);
      client.get("/v2/x/blobs/" + ImageLayout.missing(3), "X-Spegel-Mirrored: true").expect(404);
    }
  }

  @Test
  void refusesWhatIsNoNameOrDigest() throws IOException {
    try (TestClient client = node.connect()) {
      client.get("/v2/library/app/blobs/sha256:abc").expectError(400, "DIGEST_INVALID");
      client.get("/v2/library/app/blobs/md5:" + "0".repeat(32)).expectError(400, "DIGEST_INVALID");
      client.get("/v2/Upper/blobs/" + config).expectError(400, "NAME_INVALID");
      client.get("/v2/app/blobs/" + config + "?ns=a/b").expectError(400, "NAME_INVALID");
    }
  }
}
