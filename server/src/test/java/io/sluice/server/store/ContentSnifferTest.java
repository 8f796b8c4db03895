package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContentSnifferTest {
  static Stream<Arguments> contents() {
    String octets = MediaType.OCTET_STREAM;
    return Stream.of(
        Arguments.of("", octets),
        Arguments.of("{}", MediaType.OCI_EMPTY),
        Arguments.of(" {\n} ", MediaType.OCI_EMPTY),
        Arguments.of("{", octets),
        Arguments.of("{}x", octets),
        Arguments.of("{}{}", octets),
        Arguments.of("[]", octets),
        Arguments.of("null", octets),
        Arguments.of("\u0000{}", octets),
        Arguments.of("\ufeff{}", octets),
        Arguments.of("{\"a\":1}", octets),
        Arguments.of("{\"schemaVersion\":2,\"mediaType\":\"a/b\"}", "a/b"),
        Arguments.of("{\"mediaType\":\"a/b\",\"schemaVersion\":2,\"manifests\":[]}", "a/b"),
        Arguments.of("{\"schemaVersion\":1,\"mediaType\":\"a/b\"}", octets),
        Arguments.of("{\"schemaVersion\":\"2\",\"mediaType\":\"a/b\"}", octets),
        Arguments.of("{\"schemaVersion\":2.0,\"mediaType\":\"a/b\"}", octets),
        Arguments.of("{\"schemaVersion\":[2],\"mediaType\":\"a/b\"}", octets),
        Arguments.of("{\"schemaVersion\":2,\"mediaType\":7}", octets),
        Arguments.of("{\"schemaVersion\":2,\"mediaType\":\"a/b\\r\\nX: y\"}", octets),
        Arguments.of("{\"schemaVersion\":2,\"mediaType\":\"a/b\\u0000\"}", octets),
        Arguments.of("{\"schemaVersion\":2,\"mediaType\":\"\"}", octets),
        Arguments.of("{\"schemaVersion\":2,\"mediaType\":\"a/" + "b".repeat(254) + "\"}", octets),
        Arguments.of(
            "{\"schemaVersion\":2,\"mediaType\":\"a/" + "b".repeat(253) + "\"}",
            "a/" + "b".repeat(253)),
        Arguments.of("{\"manifests\":[]}", MediaType.OCI_INDEX),
        Arguments.of("{\"schemaVersion\":2,\"manifests\":[{}]}", MediaType.OCI_INDEX),
        Arguments.of("{\"manifests\":{}}", octets),
        Arguments.of("{\"config\":{},\"layers\":[]}", MediaType.OCI_MANIFEST),
        Arguments.of("{\"config\":{}}", octets),
        Arguments.of("{\"layers\":[]}", octets),
        Arguments.of("{\"config\":[],\"layers\":[]}", octets),
        Arguments.of(
            "{\"architecture\":\"amd64\",\"config\":{},\"os\":\"linux\",\"rootfs\":{}}",
            MediaType.OCI_CONFIG),
        Arguments.of("{\"architecture\":\"amd64\",\"os\":\"linux\"}", octets),
        Arguments.of("{\"a\":{\"manifests\":[]}}", octets),
        Arguments.of("{\"a\":" + "9".repeat(5000) + "}", octets),
        Arguments.of("{\"manifests\":[],\"a\":1e999999999}", MediaType.OCI_INDEX),
        Arguments.of("{\"manifests\":" + "[".repeat(100_000), octets),
        Arguments.of("{\"a\":".repeat(100_000), octets));
  }

  @ParameterizedTest
  @MethodSource("contents")
  void mediaTypeFollowsFromContent(String content, String mediaType) throws IOException {
    assertEquals(mediaType, sniff(content.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void nestingIsReadDownToItsLimit() throws IOException {
    int depth = StoreLimits.JSON_DEPTH_MAX - 1;
    String deepest = "[".repeat(depth) + "]".repeat(depth);
    assertEquals(MediaType.OCI_INDEX, sniff(utf8("{\"manifests\":" + deepest + "}")));
    assertEquals(MediaType.OCTET_STREAM, sniff(utf8("{\"manifests\":[" + deepest + "]}")));
  }

  @Test
  void onlyUtf8IsJson() throws IOException {
    assertEquals(MediaType.OCTET_STREAM, sniff("{}".getBytes(StandardCharsets.UTF_16BE)));
    assertEquals(MediaType.OCTET_STREAM, sniff("{}".getBytes(StandardCharsets.UTF_16LE)));
    assertEquals(
        MediaType.OCTET_STREAM,
        sniff("{\"manifests\":[\"\u00e4\"]}".getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void anyDamageToAManifestIsSurvived() throws IOException {
    byte[] manifest =
        utf8("{\"schemaVersion\":2,\"config\":{\"digest\":\"x\"},\"layers\":[{\"size\":1}]}");
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = Arrays.copyOf(manifest, random.nextInt(manifest.length + 1));
      for (int k = 0; k < 3 && damaged.length > 0; k++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      MediaType.isPlausible(sniff(damaged));
    }
  }

  @Test
  void answersAreRememberedUpToALimitAndForgottenWithTheFile(@TempDir Path directory)
      throws IOException {
    TestLayout layout = new TestLayout(directory);
    ContentSniffer sniffer = new ContentSniffer(new BlobFiles(directory.resolve("blobs")));
    Digest digest = TestLayout.digest(0);
    layout.forge(digest, "{\"manifests\":");
    assertEquals(MediaType.OCTET_STREAM, sniffer.describe(digest).orElseThrow().mediaType());
    sniffer.describe(digest);
    assertEquals(1, sniffer.sniffs());
    layout.forge(digest, "{\"manifests\":[]}");
    assertEquals(MediaType.OCI_INDEX, sniffer.describe(digest).orElseThrow().mediaType());
    assertEquals(2, sniffer.sniffs());
    for (int i = 1; i <= StoreLimits.SNIFF_CACHE_ENTRIES; i++) {
      layout.forge(TestLayout.digest(i), "{}");
      sniffer.describe(TestLayout.digest(i));
    }
    assertEquals(StoreLimits.SNIFF_CACHE_ENTRIES, sniffer.cacheSize());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sniff(byte[] content) throws IOException {
    return ContentSniffer.sniff(new ByteArrayInputStream(content));
  }
}
