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
 * or not at all. It is stored once for all peers; the Range and Host fields, which differ from peer
 * to peer, are added for each.
 */
public final class PeerRequest {
  /** Most bytes of a composed request: the longest name, reference and registry fit with ease. */
  public static final int TEXT_BYTES = 2048;

  /** Longest Range field that is passed on; a longer one asks for the whole blob. */
  public static final int RANGE_BYTES_MAX = 128;

  /** Memory for a stored request. */
  static final int STORED_BYTES = 40 + TEXT_BYTES + RANGE_BYTES_MAX;

  private static final int FLAGS_OFFSET = 4;
  private static final int RANGE_LENGTH_OFFSET = 8;
  private static final int REFERENCE_OFFSET = 12;
  private static final int REFERENCE_LENGTH_OFFSET = 16;
  private static final int NAME_OFFSET = 20;
  private static final int NAME_LENGTH_OFFSET = 24;
  private static final int NAMESPACE_OFFSET = 28;
  private static final int NAMESPACE_LENGTH_OFFSET = 32;
  private static final int TEXT_OFFSET = 40;
  private static final int RANGE_OFFSET = TEXT_OFFSET + TEXT_BYTES;
  private static final int FLAG_HEAD_ONLY = 1;
  private static final int FLAG_MANIFEST = 2;
  private static final int DIGITS_MAX = 19;

  private static final byte[] GET = ascii("GET /v2/");
  private static final byte[] HEAD = ascii("HEAD /v2/");
  private static final byte[] MANIFESTS = ascii("/manifests/");
  private static final byte[] BLOBS = ascii("/blobs/");
  private static final byte[] NAMESPACE = ascii("?ns=");
  private static final byte[] FIELDS =
      ascii(
          " HTTP/1.1\r\nUser-Agent: sluice\r\nX-Spegel-Mirrored: true\r\n"
              + "Accept: application/vnd.oci.image.manifest.v1+json\r\n"
              + "Accept: application/vnd.docker.distribution.manifest.v2+json\r\n"
              + "Accept: application/vnd.oci.image.index.v1+json\r\n"
              + "Accept: application/vnd.docker.distribution.manifest.list.v2+json\r\n");
  private static final byte[] RANGE = ascii("Range: ");
  private static final byte[] RANGE_FROM = ascii("Range: bytes=");
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] HOST = ascii("Host: ");
  private static final byte[] END = ascii("\r\n\r\n");

  private final byte[] text = new byte[TEXT_BYTES];
  private final byte[] range = new byte[RANGE_BYTES_MAX];
  private final byte[] digits = new byte[DIGITS_MAX];
  private final DigestKey digest = new DigestKey();
  private int length;
  private int flags;
  private int rangeLength;
  private int nameAt;
  private int nameLengthStored;
  private int namespaceAt;
  private int namespaceLengthStored;
  private int referenceAt;
  private int referenceLengthStored;

  PeerRequest() {}

  /**
   * Composes a request.
   *
   * @param memory holds the texts
   * @param head the client's request: its method is passed on, and its range if it is one that this
   *     node would heed itself
   * @param authorization a header field with its line end, or nothing
   * @param manifest whether a manifest is asked for, else a blob
   */
  public void compose(
      MemorySegment memory,
      RequestHead head,
      byte[] authorization,
      boolean manifest,
      long nameOffset,
      int nameLength,
      long referenceOffset,
      int referenceLength,
      long namespaceOffset,
      int namespaceLength) {
    length = 0;
    boolean headOnly = head.method() == RequestHead.METHOD_HEAD;
    flags = (headOnly ? FLAG_HEAD_ONLY : 0) | (manifest ? FLAG_MANIFEST : 0);
    put(headOnly ? HEAD : GET);
    nameAt = length;
    nameLengthStored = nameLength;
    put(memory, nameOffset, nameLength);
    put(manifest ? MANIFESTS : BLOBS);
    referenceAt = length;
    referenceLengthStored = referenceLength;
    put(memory, referenceOffset, referenceLength);
    namespaceLengthStored = namespaceLength;
    if (namespaceLength > 0) {
      put(NAMESPACE);
      namespaceAt = length;
      put(memory, namespaceOffset, namespaceLength);
    }
    put(FIELDS);
    put(authorization);
    rangeLength = 0;
    digest.parse(memory, referenceOffset, referenceLength);
    if (!manifest && heedsRange(memory, head)) {
      rangeLength = head.rangeLength();
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, head.rangeOffset(), range, 0, rangeLength);
    }
  }

  private boolean heedsRange(MemorySegment memory, RequestHead head) {
    return head.range().kind() == ByteRange.VALID
        && head.rangeLength() <= RANGE_BYTES_MAX
        && EntityTags.allowsRange(memory, head.ifRangeOffset(), head.ifRangeLength(), digest);
  }

  /** Copies the request to where it waits for its peers, {@link #STORED_BYTES} of memory. */
  void store(MemorySegment target, long offset) {
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset, length);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + FLAGS_OFFSET, flags);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + RANGE_LENGTH_OFFSET, rangeLength);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + REFERENCE_OFFSET, referenceAt);
    target.set(
        ValueLayout.JAVA_INT_UNALIGNED, offset + REFERENCE_LENGTH_OFFSET, referenceLengthStored);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + NAME_OFFSET, nameAt);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + NAME_LENGTH_OFFSET, nameLengthStored);
    target.set(ValueLayout.JAVA_INT_UNALIGNED, offset + NAMESPACE_OFFSET, namespaceAt);
    target.set(
        ValueLayout.JAVA_INT_UNALIGNED, offset + NAMESPACE_LENGTH_OFFSET, namespaceLengthStored);
    MemorySegment.copy(text, 0, target, ValueLayout.JAVA_BYTE, offset + TEXT_OFFSET, length);
    MemorySegment.copy(range, 0, target, ValueLayout.JAVA_BYTE, offset + RANGE_OFFSET, rangeLength);
  }

  /**
   * Writes a stored request for one peer, with the range that the client wants.
   *
   * @param at where to write it in {@code memory}, which also holds the stored request and the
   *     authority (an int length, then its text)
   * @return the length of the whole
   */
  int write(MemorySegment memory, long stored, long at, long authority) {
    int bytes = memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + RANGE_LENGTH_OFFSET);
    long end = begin(memory, stored, at);
    if (bytes > 0) {
      end = put(memory, end, RANGE);
      MemorySegment.copy(memory, stored + RANGE_OFFSET, memory, end, bytes);
      end = put(memory, end + bytes, CRLF);
    }
    return (int) (end(memory, end, authority) - at);
  }

  /** The same with the range {@code first} to {@code last}, inclusive, in place of the client's. */
  int write(MemorySegment memory, long stored, long at, long authority, long first, long last) {
    long end = put(memory, begin(memory, stored, at), RANGE_FROM);
    end = putNumber(memory, end, first);
    memory.set(ValueLayout.JAVA_BYTE, end, (byte) '-');
    end = putNumber(memory, end + 1, last);
    end = put(memory, end, CRLF);
    return (int) (end(memory, end, authority) - at);
  }

  /** The same without a range. */
  int writeWhole(MemorySegment memory, long stored, long at, long authority) {
    return (int) (end(memory, begin(memory, stored, at), authority) - at);
  }

  private static long begin(MemorySegment memory, long stored, long at) {
    int bytes = memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored);
    MemorySegment.copy(memory, stored + TEXT_OFFSET, memory, at, bytes);
    return at + bytes;
  }

  private static long end(MemorySegment memory, long at, long authority) {
    int bytes = memory.get(ValueLayout.JAVA_INT_UNALIGNED, authority);
    long end = put(memory, at, HOST);
    MemorySegment.copy(memory, authority + Integer.BYTES, memory, end, bytes);
    return put(memory, end + bytes, END);
  }

  /** Whether a stored request asks for the head only. */
  static boolean isHeadOnly(MemorySegment memory, long stored) {
    return (memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + FLAGS_OFFSET) & FLAG_HEAD_ONLY)
        != 0;
  }

  /** Whether a stored request asks for a manifest, else for a blob. */
  static boolean isManifest(MemorySegment memory, long stored) {
    return (memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + FLAGS_OFFSET) & FLAG_MANIFEST) != 0;
  }

  /** Whether a stored request asks for a part only. */
  static boolean hasRange(MemorySegment memory, long stored) {
    return memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + RANGE_LENGTH_OFFSET) > 0;
  }

  /** Reads the range that a stored request asks for; of kind NONE when it asks for all. */
  static void range(MemorySegment memory, long stored, ByteRange range) {
    int bytes = memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + RANGE_LENGTH_OFFSET);
    range.clear();
    if (bytes > 0) {
      range.parse(memory, stored + RANGE_OFFSET, bytes);
    }
  }

  /** Reads the digest that a stored request asks for; empty when it asks for a tag. */
  static void digest(MemorySegment memory, long stored, DigestKey digest) {
    int at = memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + REFERENCE_OFFSET);
    int bytes = memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + REFERENCE_LENGTH_OFFSET);
    if (!digest.parse(memory, stored + TEXT_OFFSET + at, bytes)) {
      digest.clear();
    }
  }

  /** Reads the names in a stored request, as offsets in its memory. */
  static void names(MemorySegment memory, long stored, RelayNames names) {
    long text = stored + TEXT_OFFSET;
    names.memory = memory;
    names.nameOffset = text + memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + NAME_OFFSET);
    names.nameLength = memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + NAME_LENGTH_OFFSET);
    names.namespaceOffset =
        text + memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + NAMESPACE_OFFSET);
    names.namespaceLength =
        memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + NAMESPACE_LENGTH_OFFSET);
    names.referenceOffset =
        text + memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + REFERENCE_OFFSET);
    names.referenceLength =
        memory.get(ValueLayout.JAVA_INT_UNALIGNED, stored + REFERENCE_LENGTH_OFFSET);
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, text, length, bytes.length);
    length += bytes.length;
  }

  private void put(MemorySegment memory, long offset, int count) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, text, length, count);
    length += count;
  }

  private static long put(MemorySegment memory, long at, byte[] bytes) {
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
    return at + bytes.length;
  }

  private long putNumber(MemorySegment memory, long at, long number) {
    int first = DIGITS_MAX;
    long rest = number;
    do {
      digits[--first] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    int count = DIGITS_MAX - first;
    MemorySegment.copy(digits, first, memory, ValueLayout.JAVA_BYTE, at, count);
    return at + count;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
