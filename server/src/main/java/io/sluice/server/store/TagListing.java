package io.sluice.server.store;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Pages of {@code /v2/<name>/tags/list} (OCI distribution specification 1.1). A page ends at the
 * size that the client asked for, at {@link StoreLimits#TAG_PAGE_MAX} tags or at {@link
 * StoreLimits#PAGE_BYTES_MAX} bytes, whichever comes first; the last two are kept by a link too.
 */
final class TagListing {
  private TagListing() {}

  /** See {@link BlobStore#tags}. */
  static Optional<TagPage> page(
      Catalog catalog, String registryOrNull, String repository, int n, String lastOrNull) {
    TagTable tags = catalog.tags();
    String registry = registryOrNull == null ? "" : registryOrNull;
    int first = first(tags, registry, repository);
    if (first == Catalog.NOT_FOUND) {
      return Optional.empty();
    }
    int limit = n < 0 ? StoreLimits.TAG_PAGE_MAX : Math.min(n, StoreLimits.TAG_PAGE_MAX);
    TreeSet<String> page = new TreeSet<>();
    // One more than fits, to know whether there is a next page. Several registries may have a tag.
    for (int i = first; i < tags.count() && tags.repository(i).equals(repository); i++) {
      if (!registry.isEmpty() && !tags.registry(i).equals(registry)) {
        break;
      }
      String tag = tags.tag(i);
      if (lastOrNull == null || tag.compareTo(lastOrNull) > 0) {
        page.add(tag);
        if (page.size() > limit + 1) {
          page.pollLast();
        }
      }
    }
    return Optional.of(write(page, limit, registryOrNull, repository));
  }

  private static TagPage write(
      TreeSet<String> tags, int limit, String registryOrNull, String repository) {
    StringBuilder json = new StringBuilder();
    // Repository and tags that are in a catalog consist of characters that JSON takes as they are.
    json.append("{\"name\":\"").append(repository).append("\",\"tags\":[");
    int count = 0;
    String last = null;
    for (String tag : tags) {
      boolean full = json.length() + tag.length() + "\"\",]}".length() > StoreLimits.PAGE_BYTES_MAX;
      if (count == limit || full) {
        break;
      }
      json.append(count == 0 ? "\"" : ",\"").append(tag).append('"');
      last = tag;
      count++;
    }
    json.append("]}");
    // The specification wants no link where the client asked for nothing.
    String link =
        count == tags.size() || limit == 0
            ? null
            : new PageLink("/v2/" + repository + "/tags/list")
                .with("n", Integer.toString(limit))
                .with("last", last)
                .with("ns", registryOrNull)
                .toString();
    return new TagPage(json.toString().getBytes(StandardCharsets.US_ASCII), link);
  }

  private static int first(TagTable tags, String registry, String repository) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    names.writeBytes(registry.getBytes(StandardCharsets.ISO_8859_1));
    names.writeBytes(repository.getBytes(StandardCharsets.ISO_8859_1));
    return tags.first(
        MemorySegment.ofArray(names.toByteArray()),
        0,
        registry.length(),
        registry.length(),
        repository.length());
  }
}
