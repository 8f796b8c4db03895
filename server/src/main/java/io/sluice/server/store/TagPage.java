package io.sluice.server.store;

/**
 * One page of {@code /v2/<name>/tags/list} (OCI distribution specification 1.1, listing tags).
 *
 * @param json the body, at most {@link StoreLimits#PAGE_BYTES_MAX} bytes, not to be modified
 * @param linkOrNull value of the {@code Link} field that leads to the next page; null on the last
 */
public record TagPage(byte[] json, String linkOrNull) {}
