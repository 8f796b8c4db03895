package io.sluice.server.store;

/**
 * One page of {@code /v2/<name>/referrers/<digest>} (OCI distribution specification 1.1, listing
 * referrers): an image index, media type {@link MediaType#OCI_INDEX}.
 *
 * @param json the body, at most {@link StoreLimits#PAGE_BYTES_MAX} bytes, not to be modified
 * @param filterApplied whether to answer {@code OCI-Filters-Applied: artifactType}
 * @param linkOrNull value of the {@code Link} field that leads to the next page; null on the last
 */
public record ReferrersPage(byte[] json, boolean filterApplied, String linkOrNull) {}
