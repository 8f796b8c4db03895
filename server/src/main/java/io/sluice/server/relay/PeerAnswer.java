package io.sluice.server.relay;

import io.sluice.server.http.ByteRange;
import io.sluice.server.http.ContentRange;
import io.sluice.server.http.DigestKey;
import io.sluice.server.http.PeerResponse;
import java.lang.foreign.MemorySegment;

/**
 * Tells answers that can be passed on from those of a peer that is broken or lies: it must have
 * what was asked for, say how long it is, and send a part only of what was asked for in part.
 */
final class PeerAnswer {
  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final ByteRange range = new ByteRange();
  private final DigestKey digest = new DigestKey();

  /** Whether {@code response} can be the answer to the request stored at {@code offset}. */
  boolean fits(PeerResponse response, MemorySegment stored, long offset) {
    return response.contentLength() >= 0
        && fitsDigest(response, stored, offset)
        && fitsRange(response, stored, offset);
  }

  /** Whether the answer has a body that is passed on. */
  static boolean hasBody(PeerResponse response) {
    return response.status() != RANGE_NOT_SATISFIABLE;
  }

  private boolean fitsDigest(PeerResponse response, MemorySegment stored, long offset) {
    PeerRequest.digest(stored, offset, digest);
    return digest.isEmpty()
        || !response.hasDockerContentDigest()
        || digest.equals(response.dockerContentDigest());
  }

  /** RFC 9110 section 14.2: a range may be ignored, so 200 is always right. */
  private boolean fitsRange(PeerResponse response, MemorySegment stored, long offset) {
    if (response.status() == OK) {
      return true;
    }
    PeerRequest.range(stored, offset, range);
    ContentRange sent = response.contentRange();
    if (range.kind() != ByteRange.VALID || sent.size() < 0) {
      return false;
    }
    boolean satisfiable = range.resolve(sent.size());
    if (response.status() == RANGE_NOT_SATISFIABLE) {
      return !satisfiable;
    }
    return response.status() == PARTIAL_CONTENT
        && satisfiable
        && sent.first() == range.first()
        && sent.last() == range.last()
        && response.contentLength() == range.length();
  }
}
