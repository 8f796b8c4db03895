package io.sluice.server.relay;

import io.sluice.server.http.ByteRange;
import io.sluice.server.http.DigestKey;
import io.sluice.server.http.EntityTags;
import io.sluice.server.http.RequestHead;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Composes the request that is sent to peers, in the form Spegel's nodes send and expect: the
 * registry in {@code ns}, and {@code X-Spegel-Mirrored} so that the peer answers from its own store
 * or not at all. The Host field comes last, since it differs from peer to peer.
 */
public final class PeerRequest {
  /** Most bytes of a composed request: the longest name, reference and registry fit with ease. */
  public static final int TEXT_BYTES = 2048;

  /** Longest Range field that is passed on; a longer one asks for the whole blob. */
  public static final int RANGE_BYTES_MAX = 128;

  static final int TEXT_OFFSET = 24;
  private static final int HEAD_ONLY_OFFSET = 4;
  private static final int RANGE_OFFSET = 8;
  private static final int RANGE_LENGTH_OFFSET = 12;
  private static final int REFERENCE_OFFSET = 16;
  private static final int REFERENCE_LENGTH_OFFSET = 20;

  private static final byte[] GET = ascii("GET /v2/");
  private static final byte[] HEAD = ascii("HEAD /v2/");
  private static final byte[] MANIFESTS = ascii("/manifests/");
  private static final byte[] BLOBS = ascii("/blobs/");
  private static final byte[] NAMESPACE = ascii("?ns=");
  private static final byte[] FIELDS =
      ascii(
          " HTTP/1.1\r\nUser-Agent: sluice\r\nX-Spegel-Mirrored: true\r\nConnection: close\r\n"
              + "Accept: application/vnd.oci.image.manifest.v1+json\r\n"
              + "Accept: application/vnd.docker.distribution.manifest.v2+json\r\n"
              + "Accept: application/vnd.oci.image.index.v1+json\r\n"
              + "Accept: application/vnd.docker.distribution.manifest.list.v2+json\r\n");
  private static final byte[] RANGE = ascii("Range: ");
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] HOST = ascii("Host: ");
  private static final byte[] END = ascii("\r\n\r\n");

  private final byte[] text = new byte[TEXT_BYTES];
  private final DigestKey digest = new DigestKey();
  private int length;
  private boolean headOnly;
  private int rangeAt;
  private int rangeLength;
  private int referenceAt;
  private int referenceLengthStored;

  PeerRequest() {}

  /**
   * Composes a request.
   *
   * @param memory holds the texts
   * @param head the client's request: its method is passed on, and its range if it is one that this
   *     node would heed itself
   * @param manifest whether a manifest is asked for, else a blob
   */
  public void compose(
      MemorySegment memory,
      RequestHead head,
      boolean manifest,
      long nameOffset,
      int nameLength,
      long referenceOffset,
      int referenceLength,
      long namespaceOffset,
      int namespaceLength) {
    length = 0;
    headOnly = head.method() == RequestHead.METHOD_HEAD;
    put(headOnly ? HEAD : GET);
    put(memory, nameOffset, nameLength);
    put(manifest ? MANIFESTS : BLOBS);
    referenceAt = length;
    referenceLengthStored = referenceLength;
    put(memory, referenceOffset, referenceLength);
    if (namespaceLength > 0) {
      put(NAMESPACE);
      put(memory, namespaceOffset, namespaceLength);
    }
    put(FIELDS);
    rangeLength = 0;
    digest.parse(memory, referenceOffset, referenceLength);
    if (!manifest && heedsRange(memory, head)) {
      put(RANGE);
      rangeAt = length;
      rangeLength = head.rangeLength();
      put(memory, head.rangeOffset(), rangeLength);
      put(CRLF);
    }
    put(HOST);
  }

  private boolean heedsRange(MemorySegment memory, RequestHead head) {
    return head.range().kind() == ByteRange.VALID
        && head.rangeLength() <= RANGE_BYTES_MAX
        && EntityTags.allowsRange(memory, head.ifRangeOffset(), head.ifRangeLength(), digest);
  }

  /** Copies the request to where it waits for its peer. */
  void store(MemorySegment target, long offset) {
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset, length);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + HEAD_ONLY_OFFSET, headOnly ? 1 : 0);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + RANGE_OFFSET, rangeAt);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + RANGE_LENGTH_OFFSET, rangeLength);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + REFERENCE_OFFSET, referenceAt);
    target.set(
        ValueLayout.JAVA_INT_UNALIGNED, offset + REFERENCE_LENGTH_OFFSET, referenceLengthStored);
    MemorySegment.copy(text, 0, target, ValueLayout.JAVA_BYTE, offset + TEXT_OFFSET, length);
  }

  /** Ends a stored request with the authority of the peer; returns the length of the whole. */
  static int complete(
      MemorySegment target, long offset, MemorySegment authority, long authorityOffset) {
    int stored = target.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
    int bytes = authority.get(ValueLayout.JAVA_INT_UNALIGNED, authorityOffset);
    long at = offset + TEXT_OFFSET + stored;
    MemorySegment.copy(authority, authorityOffset + Integer.BYTES, target, at, bytes);
    MemorySegment.copy(END, 0, target, ValueLayout.JAVA_BYTE, at + bytes, END.length);
    return stored + bytes + END.length;
  }

  /** Whether a stored request asks for the head only. */
  static boolean isHeadOnly(MemorySegment stored, long offset) {
    return stored.get(ValueLayout.JAVA_INT_UNALIGNED, offset + HEAD_ONLY_OFFSET) != 0;
  }

  /** Reads the range that a stored request asks for; of kind NONE when it asks for all. */
  static void range(MemorySegment stored, long offset, ByteRange range) {
    int bytes = stored.get(ValueLayout.JAVA_INT_UNALIGNED, offset + RANGE_LENGTH_OFFSET);
    range.clear();
    if (bytes > 0) {
      int at = stored.get(ValueLayout.JAVA_INT_UNALIGNED, offset + RANGE_OFFSET);
      range.parse(stored, offset + TEXT_OFFSET + at, bytes);
    }
  }

  /** Reads the digest that a stored request asks for; empty when it asks for a tag. */
  static void digest(MemorySegment stored, long offset, DigestKey digest) {
    int at = stored.get(ValueLayout.JAVA_INT_UNALIGNED, offset + REFERENCE_OFFSET);
    int bytes = stored.get(ValueLayout.JAVA_INT_UNALIGNED, offset + REFERENCE_LENGTH_OFFSET);
    if (!digest.parse(stored, offset + TEXT_OFFSET + at, bytes)) {
      digest.clear();
    }
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, text, length, bytes.length);
    length += bytes.length;
  }

  private void put(MemorySegment memory, long offset, int count) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, text, length, count);
    length += count;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
