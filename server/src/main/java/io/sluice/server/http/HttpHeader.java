package io.sluice.server.http;

/**
 * Header fields by name, as bytes: for writing, with colon and space; for comparing, in lowercase.
 * The arrays are constants and must not be written to.
 */
public final class HttpHeader {
  /** {@code Accept-Ranges: }. */
  public static final byte[] ACCEPT_RANGES = Octets.ascii("Accept-Ranges: ");

  /** {@code Allow: }. */
  public static final byte[] ALLOW = Octets.ascii("Allow: ");

  /** {@code Connection: }. */
  public static final byte[] CONNECTION = Octets.ascii("Connection: ");

  /** {@code Content-Length: }. */
  public static final byte[] CONTENT_LENGTH = Octets.ascii("Content-Length: ");

  /** {@code Content-Range: }. */
  public static final byte[] CONTENT_RANGE = Octets.ascii("Content-Range: ");

  /** {@code Content-Type: }. */
  public static final byte[] CONTENT_TYPE = Octets.ascii("Content-Type: ");

  /** {@code Date: }. */
  public static final byte[] DATE = Octets.ascii("Date: ");

  /** {@code Docker-Content-Digest: }. */
  public static final byte[] DOCKER_CONTENT_DIGEST = Octets.ascii("Docker-Content-Digest: ");

  /** {@code Docker-Distribution-API-Version: }. */
  public static final byte[] DOCKER_DISTRIBUTION_API_VERSION =
      Octets.ascii("Docker-Distribution-API-Version: ");

  /** {@code ETag: }. */
  public static final byte[] ETAG = Octets.ascii("ETag: ");

  /** {@code Link: }. */
  public static final byte[] LINK = Octets.ascii("Link: ");

  /** {@code OCI-Filters-Applied: }. */
  public static final byte[] OCI_FILTERS_APPLIED = Octets.ascii("OCI-Filters-Applied: ");

  /** {@code OCI-Namespace: }; Spegel's. */
  public static final byte[] OCI_NAMESPACE = Octets.ascii("OCI-Namespace: ");

  /** {@code Retry-After: }. */
  public static final byte[] RETRY_AFTER = Octets.ascii("Retry-After: ");

  /** {@code WWW-Authenticate: }. */
  public static final byte[] WWW_AUTHENTICATE = Octets.ascii("WWW-Authenticate: ");

  /** The value {@code bytes} of Accept-Ranges. */
  public static final byte[] BYTES = Octets.ascii("bytes");

  /** The value {@code close} of Connection. */
  public static final byte[] CLOSE = Octets.ascii("close");

  /** The value {@code keep-alive} of Connection. */
  public static final byte[] KEEP_ALIVE = Octets.ascii("keep-alive");

  /** The value {@code registry/2.0} of Docker-Distribution-API-Version. */
  public static final byte[] REGISTRY_2_0 = Octets.ascii("registry/2.0");

  /** The value {@code application/json} of Content-Type. */
  public static final byte[] APPLICATION_JSON = Octets.ascii("application/json");

  /** The value {@code application/octet-stream} of Content-Type. */
  public static final byte[] APPLICATION_OCTET_STREAM = Octets.ascii("application/octet-stream");

  static final byte[] LOWER_ACCEPT = Octets.ascii("accept");
  static final byte[] LOWER_AUTHORIZATION = Octets.ascii("authorization");
  static final byte[] LOWER_CONNECTION = Octets.ascii("connection");
  static final byte[] LOWER_CONTENT_LENGTH = Octets.ascii("content-length");
  static final byte[] LOWER_CONTENT_RANGE = Octets.ascii("content-range");
  static final byte[] LOWER_CONTENT_TYPE = Octets.ascii("content-type");
  static final byte[] LOWER_DOCKER_CONTENT_DIGEST = Octets.ascii("docker-content-digest");
  static final byte[] LOWER_ETAG = Octets.ascii("etag");
  static final byte[] LOWER_EXPECT = Octets.ascii("expect");
  static final byte[] LOWER_HOST = Octets.ascii("host");
  static final byte[] LOWER_IF_NONE_MATCH = Octets.ascii("if-none-match");
  static final byte[] LOWER_IF_RANGE = Octets.ascii("if-range");
  static final byte[] LOWER_RANGE = Octets.ascii("range");
  static final byte[] LOWER_TRANSFER_ENCODING = Octets.ascii("transfer-encoding");
  static final byte[] LOWER_X_SPEGEL_MIRRORED = Octets.ascii("x-spegel-mirrored");

  private HttpHeader() {}
}
