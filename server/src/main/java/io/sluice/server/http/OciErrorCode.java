package io.sluice.server.http;

/** Error codes of the OCI distribution specification that a read-only registry can answer with. */
public final class OciErrorCode {
  /** A blob is not known to this registry. */
  public static final String BLOB_UNKNOWN = "BLOB_UNKNOWN";

  /** A digest is malformed or of an unsupported algorithm. */
  public static final String DIGEST_INVALID = "DIGEST_INVALID";

  /** A manifest is not known to this registry. */
  public static final String MANIFEST_UNKNOWN = "MANIFEST_UNKNOWN";

  /** A repository's or registry's name is malformed. */
  public static final String NAME_INVALID = "NAME_INVALID";

  /** A repository is not known to this registry. */
  public static final String NAME_UNKNOWN = "NAME_UNKNOWN";

  /** A range lies outside the blob; the distribution project's code, the specification has none. */
  public static final String RANGE_INVALID = "RANGE_INVALID";

  /** Credentials are missing or wrong. */
  public static final String UNAUTHORIZED = "UNAUTHORIZED";

  /** The operation, or the form of the request, is not supported. */
  public static final String UNSUPPORTED = "UNSUPPORTED";

  /** Too many requests at once; try again later. */
  public static final String TOOMANYREQUESTS = "TOOMANYREQUESTS";

  /** The node failed; for a 5xx status, for which the specification has no code. */
  public static final String UNKNOWN = "UNKNOWN";

  private OciErrorCode() {}
}
