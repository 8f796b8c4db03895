package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Arbitrary bytes as a manifest or index: a reference implementation understands the same, the
 * media type that is sniffed fits, errors are short and printable, and what the referrers API says
 * of it is JSON. Seeds are replayed by default; set {@code JAZZER_FUZZ=1} to search for more.
 */
class ManifestFuzzTest {
  private static final Digest SELF = TestLayout.digest(1);
  private static final int REASON_LENGTH_MAX = 250;
  private static final Pattern LONG_NUMBER = Pattern.compile("[0-9.eE+-]{900}");
  private static final Pattern SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

  @FuzzTest(maxDuration = "2m")
  void manifest(byte[] bytes) throws IOException {
    Object expected = ReferenceJson.parse(bytes);
    OciManifest manifest = read(bytes, expected);
    String sniffed = ContentSniffer.sniff(new ByteArrayInputStream(bytes));
    if (manifest == null) {
      assertEquals(MediaType.OCTET_STREAM, sniffed);
      return;
    }
    ReferenceJson.Members members = (ReferenceJson.Members) expected;
    assertEquals(sniff(members), sniffed);
    check(members, manifest);
    if (manifest.subjectOrNull() != null) {
      checkReferrers(manifest);
    }
  }

  /** What is read; null when it was refused, and rightly so. */
  private static OciManifest read(byte[] bytes, Object expected) throws IOException {
    try {
      OciManifest manifest = OciManifest.read(new ByteArrayInputStream(bytes));
      assertTrue(expected instanceof ReferenceJson.Members, "accepted what is no JSON object");
      return manifest;
    } catch (IOException refused) {
      assertTrue(Json.isMalformed(refused), refused.toString());
      String reason = Json.reason(refused);
      assertTrue(reason.length() <= REASON_LENGTH_MAX, reason);
      assertTrue(reason.chars().allMatch(c -> c >= ' ' && c < 0x7f), reason);
      boolean isObject = expected instanceof ReferenceJson.Members;
      assertTrue(!isObject || mayExceedLimits(bytes), "refused: " + reason);
      return null;
    }
  }

  /** Nesting, or a number, beyond what is read; or, in a name, half of a surrogate pair. */
  private static boolean mayExceedLimits(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    long opening = text.chars().filter(c -> c == '{' || c == '[').count();
    return opening > StoreLimits.JSON_DEPTH_MAX
        || LONG_NUMBER.matcher(text).find()
        || SURROGATE.matcher(text).find();
  }

  private static void check(ReferenceJson.Members expected, OciManifest manifest) {
    assertEquals(isTwo(expected.last("schemaVersion")), manifest.schemaVersion2());
    assertEquals(expected.last("manifests") instanceof List, manifest.isIndex());
    assertEquals(string(expected.last("artifactType")), manifest.artifactTypeOrNull());
    assertEquals(digest(expected.last("subject")), manifest.subjectOrNull());
    assertEquals(annotations(expected.last("annotations")), manifest.annotations());
    List<OciDescriptor> children = new ArrayList<>();
    int skipped = 0;
    for (Map.Entry<String, Object> member : expected.list()) {
      Object value = member.getValue();
      List<?> descriptors =
          switch (member.getKey()) {
            case "config" -> List.of(value);
            case "layers", "manifests" -> value instanceof List<?> list ? list : List.of();
            default -> List.of();
          };
      for (Object descriptor : descriptors) {
        if (digest(descriptor) == null) {
          skipped++;
        } else {
          children.add(descriptor((ReferenceJson.Members) descriptor));
        }
      }
    }
    assertEquals(children, manifest.children());
    assertEquals(skipped, manifest.skippedChildren());
  }

  private static OciDescriptor descriptor(ReferenceJson.Members members) {
    Map<String, String> annotations = annotations(members.last("annotations"));
    return new OciDescriptor(
        digest(members),
        string(members.last("mediaType")),
        annotations.get(OciDescriptor.REF_NAME),
        annotations.get(OciDescriptor.IMAGE_NAME));
  }

  private static Digest digest(Object value) {
    return value instanceof ReferenceJson.Members members
        ? Digest.tryParse(string(members.last("digest"))).orElse(null)
        : null;
  }

  private static Map<String, String> annotations(Object value) {
    Map<String, String> annotations = new TreeMap<>();
    if (value instanceof ReferenceJson.Members members) {
      for (Map.Entry<String, Object> member : members.list()) {
        if (member.getValue() instanceof String text) {
          annotations.put(member.getKey(), text);
        }
      }
    }
    return annotations;
  }

  private static String string(Object value) {
    return value instanceof String text ? text : null;
  }

  private static boolean isTwo(Object value) {
    return value instanceof ReferenceJson.Literal literal && literal.text().equals("2");
  }

  private static String sniff(ReferenceJson.Members members) {
    String given = string(members.last("mediaType"));
    if (members.list().isEmpty()) {
      return MediaType.OCI_EMPTY;
    } else if (isTwo(members.last("schemaVersion")) && MediaType.isPlausible(given)) {
      return given;
    } else if (members.last("manifests") instanceof List) {
      return MediaType.OCI_INDEX;
    } else if (members.last("config") instanceof ReferenceJson.Members
        && members.last("layers") instanceof List) {
      return MediaType.OCI_MANIFEST;
    }
    boolean config = true;
    for (String name : List.of("architecture", "os")) {
      config &= members.list().stream().anyMatch(m -> is(m, name, String.class));
    }
    config &= members.list().stream().anyMatch(m -> is(m, "rootfs", ReferenceJson.Members.class));
    return config ? MediaType.OCI_CONFIG : MediaType.OCTET_STREAM;
  }

  private static boolean is(Map.Entry<String, Object> member, String name, Class<?> type) {
    return member.getKey().equals(name) && type.isInstance(member.getValue());
  }

  private static void checkReferrers(OciManifest manifest) {
    ReferrerIndex.Builder builder = new ReferrerIndex.Builder(StoreLimits.DEFAULT);
    builder.add(new Descriptor(SELF, 1, MediaType.OCI_MANIFEST), manifest);
    ReferrersPage page =
        builder.build().page(null, "some/image", manifest.subjectOrNull(), null, null);
    ReferenceJson.Members body = (ReferenceJson.Members) ReferenceJson.parse(page.json());
    assertNotNull(body, () -> new String(page.json(), StandardCharsets.UTF_8));
    ReferenceJson.Members entry =
        (ReferenceJson.Members) ((List<?>) body.last("manifests")).getFirst();
    assertEquals(SELF.toString(), entry.last("digest"));
    Map<String, String> written = annotations(entry.last("annotations"));
    if (!written.isEmpty()) {
      Map<String, String> encodable = new TreeMap<>();
      manifest.annotations().forEach((name, text) -> encodable.put(utf8(name), utf8(text)));
      assertEquals(encodable, written);
    }
  }

  /** Half a surrogate pair cannot be written in UTF-8. */
  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
