package io.sluice.perf.load;

import java.nio.charset.StandardCharsets;

/**
 * One GET of a blob or of a range of it, and what must come back.
 *
 * @param path the request target, such as {@code /v2/bench/blobs/sha256:...}
 * @param offset the first byte
 * @param lengthBytes how many bytes
 * @param whole true to ask for the blob without a Range header; offset is 0 then
 * @param digestHex SHA-256 of the whole blob, lower-case hexadecimal
 */
public record BlobRequest(
    String path, long offset, long lengthBytes, boolean whole, String digestHex) {
  /** What a client of manifests says that it takes: some registries send none without it. */
  public static final String MANIFEST_HEADER = "Accept: application/vnd.oci.image.manifest.v1+json";

  /**
   * A whole blob.
   *
   * @param path the request target
   * @param lengthBytes its size
   * @param digestHex its SHA-256
   * @return the request
   */
  public static BlobRequest whole(String path, long lengthBytes, String digestHex) {
    return new BlobRequest(path, 0, lengthBytes, true, digestHex);
  }

  /**
   * A range of a blob.
   *
   * @param path the request target
   * @param offset the first byte
   * @param lengthBytes how many bytes
   * @return the request; a range has no digest, so only its length is checked
   */
  public static BlobRequest range(String path, long offset, long lengthBytes) {
    return new BlobRequest(path, offset, lengthBytes, false, "");
  }

  /**
   * The status that answers it.
   *
   * @return 200 for a whole blob, 206 for a range
   */
  int expectedStatus() {
    return whole ? 200 : 206;
  }

  /**
   * The request as sent.
   *
   * @return its bytes, RFC 9112
   */
  byte[] head() {
    StringBuilder text =
        new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\nHost: bench\r\n");
    if (!whole) {
      text.append("Range: bytes=").append(offset).append('-').append(offset + lengthBytes - 1);
      text.append("\r\n");
    }
    if (path.contains("/manifests/")) {
      text.append(MANIFEST_HEADER).append("\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
  }
}
