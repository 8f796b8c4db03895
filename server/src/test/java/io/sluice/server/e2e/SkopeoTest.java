package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that know nothing of mirrors, and so never send {@code ns}: skopeo and curl. */
@Tag("root")
@Tag("kernel")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SkopeoTest {
  private static DebianImage image;
  private static SluiceProcess node;

  @BeforeAll
  static void startNode() {
    Requirement.tools("skopeo", "curl");
    image = DebianImage.cached();
    node = SluiceProcess.serving(image).start();
  }

  @AfterAll
  static void stopNode() {
    if (node != null) {
      node.close();
    }
  }

  @Test
  void skopeoInspectsTheTag() throws IOException {
    String index =
        skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + tagged()).output();
    assertEquals(Files.readString(image.blob(image.indexDigest())), index);
    String inspection = skopeo("inspect", "--tls-verify=false", "docker://" + tagged()).output();
    assertTrue(inspection.contains("\"Digest\": \"" + image.indexDigest() + "\""), inspection);
    assertTrue(inspection.contains("\"12\""), inspection);
  }

  @Test
  void skopeoCopiesEveryDigest() throws IOException {
    Path target = Workspace.scratch("skopeo");
    try {
      skopeo(
              "copy",
              "--all",
              "--src-tls-verify=false",
              "docker://" + tagged(),
              "dir:" + target.resolve("copy"))
          .output();
      TreeMap<String, Long> copied = new TreeMap<>();
      try (Stream<Path> files = Files.list(target.resolve("copy"))) {
        for (Path file : files.filter(file -> !file.endsWith("version")).toList()) {
          copied.put(OciLayoutWriter.digestOf(file), Files.size(file));
        }
      }
      assertEquals(image.sizes(), copied);
    } finally {
      Workspace.delete(target);
    }
  }

  @Test
  void curlAsksForAManifestWithHead() {
    String head = curl("--head", "/v2/debian/manifests/12").toLowerCase(Locale.ROOT);
    assertTrue(head.startsWith("http/1.1 200"), head);
    assertTrue(head.contains("docker-content-digest: " + image.indexDigest()), head);
    assertTrue(head.contains("content-type: application/vnd.oci.image.index.v1+json"), head);
    assertTrue(head.contains("content-length: " + image.sizes().get(image.indexDigest())), head);
  }

  @Test
  void curlReadsARangeAcrossADiskBlock() throws IOException {
    String digest = image.largestBlob();
    Path target = Workspace.scratch("curl");
    try {
      Path part = target.resolve("part");
      String status =
          curl(
              "--range",
              "4000-12499",
              "--output",
              part.toString(),
              "--write-out",
              "%{http_code}",
              "/v2/debian/blobs/" + digest);
      assertEquals("206", status);
      try (var blob = Files.newInputStream(image.blob(digest))) {
        blob.skipNBytes(4000);
        assertEquals(-1, Arrays.mismatch(blob.readNBytes(8500), Files.readAllBytes(part)));
      }
    } finally {
      Workspace.delete(target);
    }
  }

  @Test
  void curlGetsAnErrorDocumentForWhatIsNotThere() {
    String missing = "sha256:" + "0".repeat(64);
    String answer = curl("--write-out", "%{http_code}", "/v2/debian/blobs/" + missing);
    assertTrue(answer.endsWith("404"), answer);
    assertTrue(answer.contains("BLOB_UNKNOWN"), answer);
  }

  private static String tagged() {
    return node.authority() + "/debian:12";
  }

  private static Command skopeo(String... arguments) {
    List<String> words = new ArrayList<>(List.of("skopeo", "--insecure-policy"));
    words.addAll(List.of(arguments));
    return Command.of(words);
  }

  /** Runs curl with these options; the last argument is a path on the node. */
  private static String curl(String... arguments) {
    List<String> words = new ArrayList<>(List.of("curl", "--silent", "--show-error"));
    words.addAll(List.of(arguments).subList(0, arguments.length - 1));
    words.add(node.registry().resolve(arguments[arguments.length - 1]).toString());
    return Command.of(words).output();
  }
}
