package io.sluice.server.control;

/**
 * Layout of the messages between a loop and the control plane. All integers are in native order.
 *
 * <p>A request is a fixed header and up to {@link #TEXTS} texts; a reply is the same header prefix
 * and a payload that depends on its type.
 */
public final class ControlMessages {
  /**
   * Request without a reply: a blob cannot be read. The number is the errno, 0 when the file ends
   * before it should. Texts: reference, as {@code algorithm/hex}.
   */
  public static final int BLOB_UNREADABLE = 9;

  /** Request: find out the media type of a local blob. Texts: reference. */
  public static final int DESCRIBE = 1;

  /** Request: compose the answer to tags/list. Texts: name, namespace, last. */
  public static final int LIST_TAGS = 2;

  /** Request: compose the answer to referrers. Texts: all. */
  public static final int LIST_REFERRERS = 3;

  /** Request: who else has it. Texts: name, namespace, reference. */
  public static final int FIND_PEERS = 4;

  /** Reply: number of a media type, see {@link MediaTypes}; -1 when the blob is gone. */
  public static final int DESCRIBED = 5;

  /** Reply: status, then a complete HTTP response. */
  public static final int RESPONSE = 6;

  /**
   * Reply: number of peers, then that many peers of {@link #PEER_BYTES}. Comes as often as the
   * router finds some, followed by {@link #PEERS_END}.
   */
  public static final int PEERS = 7;

  /** Reply: the router has named all whom it could find; 1 when there may be others, else 0. */
  public static final int PEERS_END = 8;

  /** The response has no body on the wire. */
  public static final int FLAG_HEAD_ONLY = 1;

  /** The connection closes after the response. */
  public static final int FLAG_CLOSE = 2;

  /** The reference is a tag, not a digest. */
  public static final int FLAG_TAG = 4;

  /** Those who were named before have failed: what is remembered of a lookup is of no use. */
  public static final int FLAG_ANEW = 8;

  /** Text: repository name. */
  public static final int TEXT_NAME = 0;

  /** Text: registry, empty when the client named none. */
  public static final int TEXT_NAMESPACE = 1;

  /** Text: tag or digest. */
  public static final int TEXT_REFERENCE = 2;

  /** Text: where the page before ended. */
  public static final int TEXT_LAST = 3;

  /** Text: only referrers of this artifact type. */
  public static final int TEXT_ARTIFACT_TYPE = 4;

  /** Texts in a request. */
  public static final int TEXTS = 5;

  /** Most peers in all replies to one request. */
  public static final int PEERS_MAX = 8;

  /** A peer: a {@code sockaddr_in} or {@code sockaddr_in6}, then its authority. */
  public static final int PEER_BYTES = 80;

  /** Within a peer: length of {@code address:port} as text (an int), then the text. */
  public static final int PEER_AUTHORITY = 28;

  static final int SLOT = 0;
  static final int GENERATION = 4;
  static final int SEQUENCE = 8;
  static final int FLAGS = 12;
  static final int NUMBER = 16;
  static final int TEXT_LENGTHS = 20;
  static final int REQUEST_HEADER_BYTES = TEXT_LENGTHS + 4 * TEXTS;

  static final int VALUE = 12;
  static final int PAYLOAD_LENGTH = 16;
  static final int REPLY_HEADER_BYTES = 20;

  private ControlMessages() {}
}
