package io.sluice.perf.contender;

import io.sluice.perf.load.BlobRequest;

/**
 * Where a contender has blobs and manifests. Workloads ask for the path of an OCI registry, as all
 * contenders that are one have it; those that have not are asked for the same under their own.
 *
 * @param blobs the request target of a blob, with a place for its digest
 * @param manifests the same of a manifest
 */
public record Targets(String blobs, String manifests) {
  /** In a pattern: the digest as {@code sha256:} and 64 hexadecimal digits. */
  public static final String DIGEST = "{digest}";

  /** In a pattern: the 64 hexadecimal digits only. */
  public static final String HEX = "{hex}";

  /** Those of a registry with one repository. */
  public static final Targets REGISTRY =
      new Targets("/v2/bench/blobs/" + DIGEST, "/v2/bench/manifests/" + DIGEST);

  private static final String ALGORITHM = "sha256:";
  private static final int HEX_CHARS = 64;

  /**
   * The request target of a blob.
   *
   * @param digestHex its SHA-256, lower-case hexadecimal
   * @return the path, and the query if there is one
   */
  public String blob(String digestHex) {
    return fill(blobs, digestHex);
  }

  /**
   * The request target of a manifest.
   *
   * @param digestHex its SHA-256, lower-case hexadecimal
   * @return the path, and the query if there is one
   */
  public String manifest(String digestHex) {
    return fill(manifests, digestHex);
  }

  private static String fill(String pattern, String digestHex) {
    return pattern.replace(DIGEST, ALGORITHM + digestHex).replace(HEX, digestHex);
  }

  /**
   * What a registry has under a path, under the path that it has here.
   *
   * @param path a request target of {@link #REGISTRY}
   * @return the request target here; what is no path of a blob or a manifest is not changed
   */
  public String own(String path) {
    String digestHex = path.substring(Math.max(0, path.length() - HEX_CHARS));
    if (path.equals(REGISTRY.manifest(digestHex))) {
      return manifest(digestHex);
    }
    return path.equals(REGISTRY.blob(digestHex)) ? blob(digestHex) : path;
  }

  /**
   * A request to a registry, as it has to be put here.
   *
   * @param request with a request target of {@link #REGISTRY}
   * @return the same for the same bytes
   */
  public BlobRequest own(BlobRequest request) {
    if (equals(REGISTRY)) {
      return request;
    }
    return new BlobRequest(
        own(request.path()),
        request.offset(),
        request.lengthBytes(),
        request.whole(),
        request.digestHex());
  }
}
