package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of {@code tags/list} and {@code referrers}. */
class ListingTest {
  @TempDir Path directory;

  @Test
  void tagsAreSortedByByte() {
    Catalog catalog = catalog("r.io/a:b", "r.io/a:B", "r.io/a:10", "r.io/a:9", "r.io/a:_x");
    assertPage(catalog, "r.io", -1, null, "[\"10\",\"9\",\"B\",\"_x\",\"b\"]", null);
  }

  @Test
  void aPageEndsWhereTheClientWantsAndTheLinkGoesOn() {
    Catalog catalog = catalog("r.io/a:1", "r.io/a:2", "r.io/a:3", "r.io/ab:4", "q.io/a:0");
    String link = "</v2/a/tags/list?n=2&last=2&ns=r.io>; rel=\"next\"";
    assertPage(catalog, "r.io", 2, null, "[\"1\",\"2\"]", link);
    assertPage(catalog, "r.io", 2, "2", "[\"3\"]", null);
    assertPage(catalog, "r.io", 3, null, "[\"1\",\"2\",\"3\"]", null);
    assertPage(catalog, "r.io", 0, null, "[]", null);
    assertPage(catalog, "r.io", 1, "3", "[]", null);
    assertPage(catalog, "r.io", 5, "1.5", "[\"2\",\"3\"]", null);
    assertPage(catalog, "r.io", Integer.MAX_VALUE, "zzz\u0000", "[]", null);
    assertPage(catalog, "r.io", -1, "", "[\"1\",\"2\",\"3\"]", null);
  }

  @Test
  void withoutRegistryTheTagsOfAllAreListedOnce() {
    Catalog catalog = catalog("r.io/a:1", "r.io/a:3", "s.io/a:2", "s.io/a:3", "a:4");
    assertPage(catalog, null, -1, null, "[\"1\",\"2\",\"3\",\"4\"]", null);
    String link = "</v2/a/tags/list?n=3&last=3>; rel=\"next\"";
    assertPage(catalog, null, 3, null, "[\"1\",\"2\",\"3\"]", link);
  }

  @Test
  void anUnknownRepositoryOrRegistryIsNotListed() {
    Catalog catalog = catalog("r.io/a:1");
    assertEquals(Optional.empty(), TagListing.page(catalog, "s.io", "a", -1, null));
    assertEquals(Optional.empty(), TagListing.page(catalog, "r.io", "b", -1, null));
  }

  @Test
  void theLinkEncodesARegistryThatIsAnAddress() {
    TagPage page =
        TagListing.page(catalog("[::1]:5000/a:1", "[::1]:5000/a:2"), "[::1]:5000", "a", 1, null)
            .orElseThrow();
    assertEquals("</v2/a/tags/list?n=1&last=1&ns=%5B::1%5D:5000>; rel=\"next\"", page.linkOrNull());
  }

  @Test
  void aPageHasAtMostItsLimitOfTags() {
    assertWalk(StoreLimits.TAG_PAGE_MAX, "%04d", 1);
    assertWalk(StoreLimits.TAG_PAGE_MAX + 1, "%04d", 2);
  }

  @Test
  void aPageHasAtMostItsLimitOfBytes() {
    assertWalk(2000, "t".repeat(124) + "%04d", 5);
  }

  private static void assertWalk(int tagCount, String format, int pages) {
    List<String> tags = new ArrayList<>();
    for (int i = 0; i < tagCount; i++) {
      tags.add(String.format(format, i));
    }
    Catalog catalog = catalog(tags.stream().map(tag -> "r.io/a:" + tag).toArray(String[]::new));
    List<String> seen = new ArrayList<>();
    String last = null;
    int count = 0;
    do {
      TagPage page = TagListing.page(catalog, "r.io", "a", 1 << 30, last).orElseThrow();
      assertTrue(page.json().length <= StoreLimits.PAGE_BYTES_MAX);
      String json = text(page.json());
      Matcher tag = Pattern.compile("\"([^\"]*)\"").matcher(json.substring(json.indexOf('[')));
      while (tag.find()) {
        seen.add(tag.group(1));
      }
      last = last(page.linkOrNull());
      count++;
    } while (last != null);
    assertEquals(tags, seen);
    assertEquals(pages, count);
  }

  @Test
  void referrersAreListedWithTypeAndAnnotations() throws IOException {
    TestLayout layout = new TestLayout(directory.resolve("layout"));
    Digest subject = layout.image("x", "");
    String subjectMember = "\"subject\":{\"digest\":\"" + subject + "\"},";
    String annotated = subjectMember + "\"annotations\":{\"k\":\"v\\\"\\ud800\"},";
    Digest signature = layout.image("s", annotated + "\"artifactType\":\"a/signature\",");
    Digest bom = layout.image("b", subjectMember);
    layout
        .add(MediaType.OCI_MANIFEST, signature, null)
        .add(MediaType.OCI_MANIFEST, bom, "r.io/bom:1")
        .writeIndex();
    try (OciLayoutStore store = new OciLayoutStore(layout.root())) {
      String all = text(store.referrers(null, "a", subject, null, null).json());
      assertTrue(all.contains(signature.toString()) && all.contains(bom.toString()), all);
      assertTrue(all.contains("\"artifactType\":\"" + MediaType.OCI_CONFIG + "\""), all);
      ReferrersPage filtered = store.referrers(null, "a", subject, "a/signature", null);
      String json = text(filtered.json());
      assertTrue(filtered.filterApplied());
      assertTrue(json.contains("\"artifactType\":\"a/signature\""), json);
      assertTrue(json.contains("\"annotations\":{\"k\":\"v\\\"?\"}"), json);
      assertFalse(json.contains(bom.toString()), json);
      assertNull(filtered.linkOrNull());
      assertEquals(
          text(store.referrers(null, "a", TestLayout.digest(1), null, null).json()),
          text(store.referrers(null, "a", subject, "a/none", null).json()));
    }
  }

  @Test
  void manyReferrersAreListedInPages() {
    Digest subject = TestLayout.digest(0);
    ReferrerIndex.Builder builder = new ReferrerIndex.Builder(StoreLimits.DEFAULT);
    for (int i = 1; i <= 1000; i++) {
      builder.add(descriptor(i), manifest(subject, i == 7 ? 1 << 20 : 100));
    }
    ReferrerIndex index = builder.build();
    int seen = 0;
    int pages = 0;
    String last = null;
    do {
      ReferrersPage page = index.page("r.io", "a/b", subject, "a/t", last);
      assertTrue(page.json().length <= StoreLimits.PAGE_BYTES_MAX);
      seen += text(page.json()).split("\"digest\"", -1).length - 1;
      last = last(page.linkOrNull());
      pages++;
      if (last != null) {
        assertEquals(
            "</v2/a/b/referrers/"
                + subject
                + "?artifactType=a/t&last="
                + last
                + "&ns=r.io>;"
                + " rel=\"next\"",
            page.linkOrNull());
      }
    } while (last != null);
    assertEquals(1000, seen);
    assertTrue(pages > 1);
  }

  @Test
  void referrersAreLimitedInNumberAndBytes() {
    ReferrerIndex.Builder few =
        new ReferrerIndex.Builder(new StoreLimits(0, 0, 0, 0, 0, 2, 1 << 20));
    ReferrerIndex.Builder small =
        new ReferrerIndex.Builder(new StoreLimits(0, 0, 0, 0, 0, 100, 700));
    for (int i = 1; i <= 3; i++) {
      few.add(descriptor(i), manifest(TestLayout.digest(0), 1));
      small.add(descriptor(i), manifest(TestLayout.digest(0), 100));
    }
    assertEquals(1, few.build().refused());
    assertEquals(1, small.build().refused());
  }

  private static Descriptor descriptor(int i) {
    return new Descriptor(TestLayout.digest(i), 1, MediaType.OCI_MANIFEST);
  }

  private static OciManifest manifest(Digest subject, int annotationLength) {
    return new OciManifest(
        true, false, "a/t", null, List.of(), 0, subject, Map.of("k", "v".repeat(annotationLength)));
  }

  private static String last(String linkOrNull) {
    if (linkOrNull == null) {
      return null;
    }
    Matcher last = Pattern.compile("[?&]last=([^&>]*)").matcher(linkOrNull);
    assertTrue(last.find(), linkOrNull);
    return last.group(1);
  }

  private static void assertPage(
      Catalog catalog, String registry, int n, String last, String tags, String link) {
    TagPage page = TagListing.page(catalog, registry, "a", n, last).orElseThrow();
    assertEquals("{\"name\":\"a\",\"tags\":" + tags + "}", text(page.json()));
    assertEquals(link, page.linkOrNull());
  }

  private static Catalog catalog(String... names) {
    Catalog.Builder builder = new Catalog.Builder(StoreLimits.DEFAULT);
    for (String name : names) {
      builder.addTag(Reference.parse(name).orElseThrow(), 0);
    }
    return builder.build();
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
