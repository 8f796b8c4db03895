package io.sluice.server.http;

/** The limits on what a request, or a peer's response, may look like. */
public final class HttpLimits {
  /** Bytes in a request's or response's head, from its first byte to its blank line inclusive. */
  public static final int HEAD_LENGTH_MAX = 8192;

  /** Bytes in a request's target. */
  public static final int TARGET_LENGTH_MAX = 4096;

  /** Header fields in one head. */
  public static final int HEADER_COUNT_MAX = 64;

  /** Bytes in a repository's name. */
  public static final int NAME_LENGTH_MAX = 255;

  /** Bytes in the {@code ns} parameter, the host and port of the registry being mirrored. */
  public static final int NAMESPACE_LENGTH_MAX = 255;

  /** Bytes in a tag, by the OCI distribution specification. */
  public static final int TAG_LENGTH_MAX = 128;

  private HttpLimits() {}
}
