package io.sluice.server.relay;

import io.sluice.server.config.Limits;
import io.sluice.server.http.ByteRange;
import io.sluice.server.http.ContentRange;
import io.sluice.server.http.DigestKey;
import io.sluice.server.http.PeerResponse;
import java.lang.foreign.MemorySegment;

/**
 * Tells answers that can be passed on from those of a peer that is broken or lies: it must have
 * what was asked for, say how long it is, and send a part only of what was asked for in part. An
 * answer that goes on with what another peer has begun must belong to the same whole.
 */
final class PeerAnswer {
  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int NOT_FOUND = 404;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int SERVICE_UNAVAILABLE = 503;

  private final ByteRange range = new ByteRange();

  /** How the peer has failed with {@code response}; {@link Failure#NONE} when it has not. */
  int judge(PeerResponse response, MemorySegment memory, Fetch fetch) {
    switch (response.status()) {
      case OK, PARTIAL_CONTENT, RANGE_NOT_SATISFIABLE -> {}
      case NOT_FOUND -> {
        return Failure.NOT_FOUND;
      }
      case TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE -> {
        return Failure.BUSY;
      }
      default -> {
        return response.status() >= SERVER_ERROR ? Failure.ERROR : Failure.LIED;
      }
    }
    if (response.contentLength() < 0 || !fitsDigest(response, fetch.digest)) {
      return Failure.LIED;
    }
    if (fetch.headKnown) {
      return judgeRest(response, fetch);
    }
    return fitsRange(response, memory, fetch) ? Failure.NONE : Failure.LIED;
  }

  /** Whether a good answer has content that is passed on. */
  static boolean hasContent(PeerResponse response) {
    return response.status() != RANGE_NOT_SATISFIABLE;
  }

  /** How many bytes of a good answer come before those that are wanted. */
  long toSkip(PeerResponse response, Fetch fetch) {
    return response.status() == OK ? fetch.received : 0;
  }

  private static boolean fitsDigest(PeerResponse response, DigestKey digest) {
    return digest.isEmpty()
        || !response.hasDockerContentDigest()
        || digest.equals(response.dockerContentDigest());
  }

  /** RFC 9110 section 14.2: a range may be ignored, so 200 is always right. */
  private boolean fitsRange(PeerResponse response, MemorySegment memory, Fetch fetch) {
    if (response.status() == OK) {
      return true;
    }
    PeerRequest.range(memory, fetch.requestOffset(), range);
    ContentRange sent = response.contentRange();
    if (range.kind() != ByteRange.VALID || sent.size() < 0) {
      return false;
    }
    boolean satisfiable = range.resolve(sent.size());
    if (response.status() == RANGE_NOT_SATISFIABLE) {
      return !satisfiable;
    }
    return satisfiable
        && sent.first() == range.first()
        && sent.last() == range.last()
        && response.contentLength() == range.length();
  }

  /** Whether the answer goes on where the bytes received so far end. */
  private static int judgeRest(PeerResponse response, Fetch fetch) {
    if (response.status() == OK) {
      boolean same = response.contentLength() == fetch.sizeBytes;
      boolean named = response.hasDockerContentDigest() && !fetch.digest.isEmpty();
      boolean known = fetch.byDigest || named;
      boolean near = fetch.received <= Limits.RESUME_SKIP_BYTES && fetch.end == fetch.sizeBytes;
      return same && known && near ? Failure.NONE : Failure.MISMATCH;
    }
    ContentRange sent = response.contentRange();
    if (response.status() == RANGE_NOT_SATISFIABLE || sent.size() != fetch.sizeBytes) {
      return Failure.MISMATCH;
    }
    boolean rest =
        sent.first() == fetch.received
            && sent.last() == fetch.end - 1
            && response.contentLength() == fetch.end - fetch.received;
    return rest ? Failure.NONE : Failure.LIED;
  }
}
