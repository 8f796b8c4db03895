package io.sluice.server.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * Writes a response's head, RFC 9112 section 4, into memory. Reusable; {@link #begin} starts anew.
 *
 * <p>Each part is written whole or not at all, and nothing is ever written beyond the capacity.
 * Once a part did not fit, or was refused, all later ones are ignored and {@link #end} says so; the
 * callers in between need not check.
 */
public final class ResponseHead {
  /** {@link #end}'s result when the capacity would have been exceeded. */
  public static final int OVERFLOW = -1;

  /** {@link #end}'s result when a value held a control character or a number was negative. */
  public static final int REFUSED = -2;

  private static final byte[] CR_LF = Octets.ascii("\r\n");
  private static final byte[] BYTES_UNIT = Octets.ascii("bytes ");
  private static final byte[] UNSATISFIED = Octets.ascii("bytes */");
  private static final byte[] QUOTE = Octets.ascii("\"");
  private static final byte[] DASH = Octets.ascii("-");
  private static final byte[] SLASH = Octets.ascii("/");

  private MemorySegment memory;
  private long start;
  private long position;
  private long limit;
  private int failure;

  /** Creates a writer; {@link #begin} gives it memory. */
  public ResponseHead() {}

  /**
   * Starts a response.
   *
   * @param target the memory to write to.
   * @param offset where the response begins.
   * @param capacity how many bytes may be written from there on.
   * @return this.
   */
  public ResponseHead begin(MemorySegment target, long offset, int capacity) {
    memory = target;
    start = offset;
    position = offset;
    limit = offset + Math.max(0, capacity);
    failure = 0;
    return this;
  }

  /**
   * Writes the status line; always as HTTP/1.1, RFC 9110 section 2.5.
   *
   * @param code one of the statuses of {@link StatusLine}.
   * @return this.
   * @throws IllegalArgumentException for another code, which is a defect of the caller.
   */
  public ResponseHead status(int code) {
    return put(StatusLine.of(code));
  }

  /** Writes a field from constants; the name with colon and space, as in {@link HttpHeader}. */
  public ResponseHead header(byte[] nameColonSpace, byte[] value) {
    if (reserve((long) nameColonSpace.length + value.length + CR_LF.length)) {
      put(nameColonSpace).put(value).put(CR_LF);
    }
    return this;
  }

  /**
   * Writes a field with a value from memory. A value with a control character, CR and LF above all,
   * is refused: {@link #end} then returns {@link #REFUSED}.
   */
  public ResponseHead header(byte[] nameColonSpace, MemorySegment source, long offset, int length) {
    if (!Octets.all(source, offset, length, Octets.FIELD)) {
      return fail(REFUSED);
    }
    if (reserve((long) nameColonSpace.length + length + CR_LF.length)) {
      put(nameColonSpace).put(source, offset, length).put(CR_LF);
    }
    return this;
  }

  /** Writes a field with a number, 0 or more. */
  public ResponseHead header(byte[] nameColonSpace, long value) {
    return put(nameColonSpace).number(value).put(CR_LF);
  }

  /** Writes {@code Docker-Content-Digest: <digest>}. */
  public ResponseHead digestHeader(DigestKey digest) {
    return put(HttpHeader.DOCKER_CONTENT_DIGEST).digest(digest).put(CR_LF);
  }

  /** Writes {@code ETag: "<digest>"}, a strong one: a digest changes with every byte. */
  public ResponseHead etag(DigestKey digest) {
    return put(HttpHeader.ETAG).put(QUOTE).digest(digest).put(QUOTE).put(CR_LF);
  }

  /**
   * Writes {@code Content-Range: bytes first-last/size} of a 206, RFC 9110 section 14.4.
   *
   * @param first the position of the first byte sent.
   * @param last the position of the last byte sent, inclusive.
   * @param size the size of the whole representation.
   * @return this.
   */
  public ResponseHead contentRange(long first, long last, long size) {
    return put(HttpHeader.CONTENT_RANGE)
        .put(BYTES_UNIT)
        .number(first)
        .put(DASH)
        .number(last)
        .put(SLASH)
        .number(size)
        .put(CR_LF);
  }

  /** Writes {@code Content-Range: bytes *}{@code /size} of a 416. */
  public ResponseHead contentRangeUnsatisfied(long size) {
    return put(HttpHeader.CONTENT_RANGE).put(UNSATISFIED).number(size).put(CR_LF);
  }

  /** Writes {@code Date}, which RFC 9110 section 6.6.1 wants of every server with a clock. */
  public ResponseHead date(HttpDate date) {
    return header(HttpHeader.DATE, date.text());
  }

  /**
   * Ends the head with a blank line.
   *
   * @return the number of bytes written since {@link #begin}; {@link #OVERFLOW} or {@link
   *     #REFUSED}, both negative, when there is no complete head.
   */
  public int end() {
    put(CR_LF);
    return length();
  }

  /** As {@link #end}, without writing: for a body behind the head. */
  int length() {
    return failure != 0 ? failure : (int) (position - start);
  }

  ResponseHead put(byte[] bytes) {
    if (reserve(bytes.length)) {
      for (byte octet : bytes) {
        memory.set(JAVA_BYTE, position++, octet);
      }
    }
    return this;
  }

  private ResponseHead put(MemorySegment source, long offset, int length) {
    MemorySegment.copy(source, offset, memory, position, length);
    position += length;
    return this;
  }

  ResponseHead octet(int octet) {
    if (reserve(1)) {
      memory.set(JAVA_BYTE, position++, (byte) octet);
    }
    return this;
  }

  private ResponseHead digest(DigestKey digest) {
    if (digest.isEmpty()) {
      return fail(REFUSED);
    }
    if (reserve(digest.textLength())) {
      position += digest.writeText(memory, position);
    }
    return this;
  }

  private ResponseHead number(long value) {
    if (value < 0) {
      return fail(REFUSED);
    }
    int digits = digits(value);
    if (reserve(digits)) {
      long rest = value;
      for (int i = digits - 1; i >= 0; i--) {
        memory.set(JAVA_BYTE, position + i, (byte) ('0' + rest % 10));
        rest /= 10;
      }
      position += digits;
    }
    return this;
  }

  private static int digits(long value) {
    int digits = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }

  private boolean reserve(long length) {
    if (failure == 0 && length > limit - position) {
      failure = OVERFLOW;
    }
    return failure == 0;
  }

  private ResponseHead fail(int reason) {
    if (failure == 0) {
      failure = reason;
    }
    return this;
  }
}
