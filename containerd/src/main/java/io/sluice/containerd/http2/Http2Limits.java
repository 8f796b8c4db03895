package io.sluice.containerd.http2;

/**
 * Every limit of the HTTP/2 client. A peer that goes beyond one loses a stream or the connection.
 */
public final class Http2Limits {
  private static final int KIB = 1 << 10;

  /** Payload of a frame in bytes, the least that may be demanded: SETTINGS_MAX_FRAME_SIZE. */
  public static final int FRAME_BYTES_MAX = 16 * KIB;

  /** What a stream receives ahead of its reader, in bytes: SETTINGS_INITIAL_WINDOW_SIZE. */
  public static final int STREAM_WINDOW_BYTES = 32 * KIB;

  /** What the connection receives before it tells of it, in bytes; fixed by the protocol. */
  public static final int CONNECTION_WINDOW_BYTES = 64 * KIB - 1;

  /** The peer's dynamic table, in bytes: SETTINGS_HEADER_TABLE_SIZE, its default. */
  public static final int HEADER_TABLE_BYTES = 4 * KIB;

  /** Fields of one header block, in the sense of SETTINGS_MAX_HEADER_LIST_SIZE. */
  public static final int HEADER_LIST_BYTES_MAX = 16 * KIB;

  /** A header block before it is decoded, the heads of its CONTINUATION frames included. */
  public static final int HEADER_BLOCK_BYTES_MAX = 32 * KIB;

  /**
   * While more than this waits to be sent, nothing is received, so that answers to it are bounded.
   */
  public static final int OUTPUT_BYTES_HIGH = 128 * KIB;

  /** Streams at a time, whatever the peer allows. */
  public static final int STREAMS_MAX = 8;

  private Http2Limits() {}
}
