package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTargetTest {
  private final RegistryTarget target = new RegistryTarget();

  private ReferenceTarget parse(String text) {
    MemorySegment memory = Text.memory(text);
    return ReferenceTarget.of(target.parse(memory, 0, text.length()), target, memory);
  }

  private int kind(String text) {
    return parse(text).kind();
  }

  @ParameterizedTest
  @CsvSource({
    "/v2, 2",
    "/v2/, 2",
    "/v2/?ns=acme.test, 2",
    "/v%32/, 2",
    "/livez, 8",
    "/readyz, 9",
    "/readyz?verbose, 9",
    "/, 1",
    "/v1/, 1",
    "/v2x, 1",
    "/v2/a, 1",
    "/v2/_catalog, 1",
    "/v2/a/tags, 1",
    "/v2/a/tags/, 1",
    "/v2/a/tags/other, 1",
    "/v2/a/blobs/uploads/, 1",
    "/livez/, 1",
    "/metrics, 1",
    "http://x, 1",
    "http://x/, 1",
    "http://x/v2/, 2",
    "HTTPS://[::1]:5000/v2/, 2",
    "http://x?y, 1",
  })
  void knowsItsPaths(String text, int kind) {
    assertEquals(kind, kind(text));
  }

  @Test
  void resolvesByTheLastMatchingSegments() {
    ReferenceTarget parsed = parse("/v2/a/blobs/manifests/x");
    assertEquals(RegistryTarget.MANIFEST_BY_TAG, parsed.kind());
    assertEquals("a/blobs", parsed.name());
    assertEquals("x", parsed.reference());
    assertEquals("manifests", parse("/v2/manifests/manifests/x").name());
    assertEquals("a/tags", parse("/v2/a/tags/tags/list").name());
    assertEquals("list", parse("/v2/a/tags/manifests/list").reference());
  }

  @Test
  void readsDigestsAndTags() {
    assertEquals(RegistryTarget.MANIFEST_BY_TAG, kind("/v2/a/manifests/" + Text.DIGEST_HEX));
    assertTrue(target.digest().isEmpty());
    assertEquals(RegistryTarget.MANIFEST_BY_DIGEST, kind("/v2/a/manifests/" + Text.SHA256));
    assertEquals(DigestKey.of(Text.SHA256), target.digest());
    assertEquals(RegistryTarget.BLOB, kind("/v2/a/b/blobs/" + Text.SHA512));
    assertEquals(Text.SHA512, target.digest().toString());
    assertEquals(RegistryTarget.REFERRERS, kind("/v2/a/referrers/sha256%3A" + Text.DIGEST_HEX));
    assertEquals(DigestKey.of(Text.SHA256), target.digest());
    assertEquals(RegistryTarget.TAGS_LIST, kind("/v2/a/tags/list"));
    assertEquals(0, target.referenceLength());
    assertTrue(target.digest().isEmpty());
  }

  @Test
  void readsTheQuery() {
    ReferenceTarget parsed =
        parse("/v2/a/tags/list?x=%&ns=registry.test%3A5000&n=20&last=a%2eb&&artifactType=a/b+c");
    assertEquals("registry.test:5000", parsed.ns());
    assertEquals(20, parsed.n());
    assertEquals("a.b", parsed.last());
    assertEquals("a/b+c", parsed.artifactType());
    parsed = parse("/v2/a/tags/list?n%73=acme.test&n=99999999999999999999");
    assertEquals("acme.test", parsed.ns());
    assertEquals(Integer.MAX_VALUE, parsed.n());
    assertEquals(-1, parse("/v2/a/tags/list").n());
    assertEquals("", parse("/v2/a/tags/list?ns=&last").ns());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ns=a&ns=a",
        "ns=&ns=a",
        "n=1&n=1",
        "last=a&last=a",
        "artifactType=a&artifactType=a",
        "ns=a&n%73=a",
        "n=",
        "n",
        "n=-1",
        "n=1x",
        "ns=a/b",
        "ns=a%2fb",
        "ns=..",
        "ns=a:",
        "ns=a:123456",
        "ns=-a",
        "ns=a-",
        "ns=a_b",
        "ns=a..b",
        "ns=%5B::1",
        "ns=a%00",
        "last=%",
        "last=%4",
        "last=%zz",
        "last=%0d%0a",
        "last=%80",
        "%00=1"
      })
  void refusesAQueryThatIsAmbiguousOrMalformed(String query) {
    assertEquals(RegistryTarget.INVALID, kind("/v2/a/tags/list?" + query));
    assertEquals(400, target.problemStatus());
    assertNotNull(target.problem());
    assertNotNull(target.problemCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "v2/",
        "registry.test:443",
        "http://",
        "http:///v2/",
        "http://a@b/v2/",
        "http://:80/v2/",
        "ftp://a/v2/",
        "//v2/",
        "/v2//",
        "/v2//manifests/x",
        "/v2/a//manifests/x",
        "/v2/a/../manifests/x",
        "/v2/./manifests/x",
        "/v2/a/manifests/..",
        "/v2/a/%2e%2e/manifests/x",
        "/v2/a/.%2E/manifests/x",
        "/..",
        "/%2e",
        "/v2/a%2fb/manifests/x",
        "/v2/a%2Fb/manifests/x",
        "/v2/a%5cb/manifests/x",
        "/v2/a/manifests/x%00",
        "/v2/a/manifests/x%0a",
        "/v2/a/manifests/x%7f",
        "/v2/a/manifests/x%c3%a9",
        "/v2/a/manifests/x%",
        "/v2/a/manifests/x%4",
        "/v2/a/manifests/x%g0",
        "/v2/A/manifests/x",
        "/v2/a_/manifests/x",
        "/v2/_a/manifests/x",
        "/v2/a___b/manifests/x",
        "/v2/a._b/manifests/x",
        "/v2/a..b/manifests/x",
        "/v2/a-/manifests/x",
        "/v2/a/-b/manifests/x",
        "/v2/a:b/manifests/x",
        "/v2/manifests/x",
        "/v2/tags/list"
      })
  void refusesATargetThatIsAmbiguousOrMalformed(String text) {
    assertEquals(RegistryTarget.INVALID, kind(text));
    assertEquals(400, target.problemStatus());
    assertNotNull(target.problem());
    assertNotNull(target.problemCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a/b/c", "a-b", "a--b---c", "a_b", "a__b", "a.b", "0", "a1/b-2.c__d"})
  void acceptsNamesOfTheGrammar(String name) {
    assertEquals(name, parse("/v2/" + name + "/manifests/x").name());
  }

  @Test
  void acceptsTheLongestNameTagAndNamespaceAndNoneLonger() {
    String name = "a".repeat(HttpLimits.NAME_LENGTH_MAX);
    assertEquals(name, parse("/v2/" + name + "/tags/list").name());
    assertEquals(RegistryTarget.INVALID, kind("/v2/" + name + "a/tags/list"));
    String tag = "T".repeat(HttpLimits.TAG_LENGTH_MAX);
    assertEquals(tag, parse("/v2/a/manifests/" + tag).reference());
    assertEquals(RegistryTarget.INVALID, kind("/v2/a/manifests/T" + tag));
    String namespace = "n".repeat(HttpLimits.NAMESPACE_LENGTH_MAX);
    assertEquals(namespace, parse("/v2/a/tags/list?ns=" + namespace).ns());
    assertEquals(RegistryTarget.INVALID, kind("/v2/a/tags/list?ns=n" + namespace));
  }

  @ParameterizedTest
  @ValueSource(strings = {".INVALID_MANIFEST_NAME", "-a", "a+b", "", "a@b", "a%20b"})
  void knowsNoManifestByAMalformedTag(String tag) {
    assertEquals(RegistryTarget.INVALID, kind("/v2/a/manifests/" + tag));
    assertEquals(404, target.problemStatus());
    assertEquals(OciErrorCode.MANIFEST_UNKNOWN, target.problemCode());
  }

  @Test
  void tellsAnUnsupportedDigestFromAMalformedOne() {
    for (String other : new String[] {"md5:abc", "sha3-512+b64.x:A_-=", "blake3:00"}) {
      assertEquals(RegistryTarget.INVALID, kind("/v2/a/blobs/" + other));
      assertEquals(OciErrorCode.DIGEST_INVALID, target.problemCode());
      assertEquals("unsupported digest algorithm", target.problem());
    }
    String upper = Text.SHA256.replace('e', 'E');
    String[] malformed = {
      "",
      "x",
      "sha256:",
      "sha256:abc",
      upper,
      Text.SHA256 + "0",
      "sha256-x:",
      "a@" + Text.SHA256,
      "sha512:" + Text.DIGEST_HEX,
      ":abc",
      "md5:",
      "md5:a:b",
      "+:a",
      "a+:b"
    };
    for (String text : malformed) {
      assertEquals(RegistryTarget.INVALID, kind("/v2/a/blobs/" + text), text);
      assertEquals(400, target.problemStatus());
      assertEquals(OciErrorCode.DIGEST_INVALID, target.problemCode());
      assertFalse(target.problem().startsWith("unsupported"), text);
    }
  }

  @Test
  void forgetsTheTargetBefore() {
    kind("/v2/a/blobs/" + Text.SHA256 + "?ns=b&n=1");
    assertEquals(RegistryTarget.BASE, kind("/v2/"));
    assertTrue(target.digest().isEmpty());
    assertEquals(0, target.nameLength());
    assertEquals(0, target.namespaceLength());
    assertEquals(-1, target.n());
    assertNull(target.problem());
    assertNull(target.problemCode());
    assertEquals(0, target.problemStatus());
  }

  @Test
  void parsesTheTargetOfAHead() {
    MemorySegment memory = Text.memory("GET /v2/a%2Db/tags/list?ns=c HTTP/1.1\r\nHost: x\r\n\r\n");
    assertEquals(RegistryTarget.TAGS_LIST, target.parse(memory, Text.accepted(memory)));
    assertEquals("a-b", Text.string(memory, target.nameOffset(), target.nameLength()));
    assertEquals("c", Text.string(memory, target.namespaceOffset(), target.namespaceLength()));
  }

  @Test
  void agreesWithRegularExpressionsOnRandomNamesAndHosts() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      String name = random(random, "ab0._-/A");
      String host = random(random, "aB0.-:[]");
      MemorySegment nameMemory = Text.memory(name);
      MemorySegment hostMemory = Text.memory(host);
      assertEquals(
          ReferenceTarget.isName(name),
          ReferenceGrammar.isName(nameMemory, 0, name.length()),
          name);
      assertEquals(
          ReferenceTarget.isRegistry(host),
          Authority.isRegistry(hostMemory, 0, host.length()),
          host);
    }
  }

  private static String random(Random random, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
