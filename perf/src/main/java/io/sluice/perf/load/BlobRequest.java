package io.sluice.perf.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One GET of a blob or of a range of it, and what must come back.
 *
 * @param path the request target, such as {@code /v2/bench/blobs/sha256:...}
 * @param offset the first byte
 * @param lengthBytes how many bytes; {@link #ABSENT} when it must be answered with 404
 * @param whole true to ask for the blob without a Range header; offset is 0 then
 * @param digestHex SHA-256 of the whole blob, lower-case hexadecimal
 */
public record BlobRequest(
    String path, long offset, long lengthBytes, boolean whole, String digestHex) {
  /** What a client of manifests says that it takes: some registries send none without it. */
  public static final String MANIFEST_HEADER = "Accept: application/vnd.oci.image.manifest.v1+json";

  /** The length of what nobody has; the body that says so may have any. */
  public static final long ABSENT = -1;

  private static final int NOT_FOUND = 404;

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
   * What nobody has.
   *
   * @param path the request target
   * @return the request, to be answered with 404
   */
  public static BlobRequest absent(String path) {
    return new BlobRequest(path, 0, ABSENT, true, "");
  }

  /**
   * The status that answers it.
   *
   * @return 200 for a whole blob, 206 for a range, 404 for what nobody has
   */
  int expectedStatus() {
    if (lengthBytes == ABSENT) {
      return NOT_FOUND;
    }
    return whole ? 200 : 206;
  }

  /**
   * Compares an answer with what was asked for.
   *
   * @param status the answer's status
   * @param contentLengthBytes its length
   * @throws IOException when it is another
   */
  void check(int status, long contentLengthBytes) throws IOException {
    if (status != expectedStatus()) {
      throw new IOException(
          "the server answered " + status + " instead of " + expectedStatus() + " for " + path);
    }
    if (lengthBytes != ABSENT && contentLengthBytes != lengthBytes) {
      throw new IOException(
          "the server announced "
              + contentLengthBytes
              + " bytes instead of "
              + lengthBytes
              + " for "
              + path);
    }
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
