package io.sluice.server.control;

import io.sluice.server.store.BlobStore;
import io.sluice.server.store.Digest;
import io.sluice.server.store.ReferrersPage;
import io.sluice.server.store.TagPage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Answers tags/list and referrers of the OCI distribution specification from the store. */
final class Listings {
  private static final String JSON = "application/json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private final BlobStore store;

  Listings(BlobStore store) {
    this.store = store;
  }

  ComposedResponse compose(ControlRequest request) {
    return request.type() == ControlMessages.LIST_TAGS ? tags(request) : referrers(request);
  }

  private ComposedResponse tags(ControlRequest request) {
    Optional<TagPage> page =
        store.tags(
            request.textOrNull(ControlMessages.TEXT_NAMESPACE),
            request.text(ControlMessages.TEXT_NAME),
            request.number(),
            request.textOrNull(ControlMessages.TEXT_LAST));
    if (page.isEmpty()) {
      byte[] body =
          ("{\"errors\":[{\"code\":\"NAME_UNKNOWN\","
                  + "\"message\":\"this node has no image of the repository\"}]}")
              .getBytes(StandardCharsets.US_ASCII);
      return ComposedResponse.of(request, 404, "Not Found", JSON, "", body);
    }
    String link = link(page.get().linkOrNull());
    return ComposedResponse.of(request, 200, "OK", JSON, link, page.get().json());
  }

  private ComposedResponse referrers(ControlRequest request) {
    ReferrersPage page =
        store.referrers(
            request.textOrNull(ControlMessages.TEXT_NAMESPACE),
            request.text(ControlMessages.TEXT_NAME),
            Digest.parse(request.text(ControlMessages.TEXT_REFERENCE)),
            request.textOrNull(ControlMessages.TEXT_ARTIFACT_TYPE),
            request.textOrNull(ControlMessages.TEXT_LAST));
    String applied = page.filterApplied() ? "OCI-Filters-Applied: artifactType\r\n" : "";
    String fields = applied + link(page.linkOrNull());
    return ComposedResponse.of(request, 200, "OK", INDEX, fields, page.json());
  }

  private static String link(String linkOrNull) {
    return linkOrNull == null ? "" : "Link: " + linkOrNull + "\r\n";
  }
}
