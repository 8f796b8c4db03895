package io.sluice.server.relay;

import io.sluice.server.control.ControlMessages;
import io.sluice.server.http.DigestKey;
import io.sluice.server.http.PeerResponse;
import io.sluice.server.transfer.TransferBlocks;
import java.lang.foreign.MemorySegment;

/**
 * One range of one blob or manifest on its way to this node, from one peer after the other if need
 * be. State only; {@link Fetches} acts on it.
 */
final class Fetch {
  /** Fixed memory of each fetch: the peers, the request, the media type. */
  static final int SCRATCH_BYTES = 4096;

  /** A longer media type is passed on as {@code application/octet-stream}. */
  static final int CONTENT_TYPE_BYTES_MAX = 512;

  /** Calls that may race for the first good head. */
  static final int RACERS_MAX = 3;

  private static final int REQUEST_OFFSET = ControlMessages.PEERS_MAX * ControlMessages.PEER_BYTES;
  private static final int CONTENT_TYPE_OFFSET = REQUEST_OFFSET + PeerRequest.STORED_BYTES;

  final int index;
  final Candidates candidates;
  final FetchWindow window;
  final DigestKey digest = new DigestKey();
  final Call[] racers = new Call[RACERS_MAX];
  private final long offset;
  int generation;
  boolean active;

  /** Clients that get its bytes. */
  int relays;

  /** The router may still name peers. */
  boolean lookupOpen;

  /** When the router was asked. */
  long lookupSinceNs;

  /** The router has been asked once more since the fetch last got on. */
  boolean lookedAgain;

  /** The digest is what was asked for, not only what a peer says. */
  boolean byDigest;

  boolean manifest;
  boolean headOnly;

  /** Only a part was asked for. */
  boolean hasRange;

  /** Its bytes pass through a pipe to its only client: nobody can join. */
  boolean piped;

  /** Since this byte it has received in blocks. */
  long inBlocksFrom;

  /** Nobody is called until the client takes bytes again. */
  boolean paused;

  /** No peer is left; nobody may join any more. */
  boolean failed;

  /** A peer has answered well; what follows says what it is that is fetched. */
  boolean headKnown;

  /** 200, 206 or 416. */
  int status;

  /** Next byte to receive. */
  long received;

  long first;

  /** End of the range, exclusive. */
  long end;

  long sizeBytes;
  int contentTypeLength;

  /** Calls that have no head yet. */
  int racing;

  /** The call that the body comes from; null while there is none. */
  Call source;

  /** When the youngest racer was called. */
  long hedgeSinceNs;

  /** When it last got on: began, or received something. */
  long progressNs;

  Fetch(int index, MemorySegment memory, long offset, TransferBlocks blocks) {
    this.index = index;
    this.offset = offset;
    this.candidates = new Candidates(memory, offset);
    this.window = new FetchWindow(blocks);
  }

  /** Where a peer is in memory. */
  long peerOffset(int candidate) {
    return candidates.offset(candidate);
  }

  /** Where the request is in memory. */
  long requestOffset() {
    return offset + REQUEST_OFFSET;
  }

  /** Where the media type is in memory. */
  long contentTypeOffset() {
    return offset + CONTENT_TYPE_OFFSET;
  }

  /** The first byte that can still be passed on. */
  long available() {
    return window.count() > 0 ? window.begin(0) : received;
  }

  /** Whether all bytes have been received, or none are to come. */
  boolean isComplete() {
    return headKnown && (headOnly || received == end);
  }

  /**
   * What the first good head says holds for all that follow.
   *
   * @param memory that the head's offsets refer to
   */
  void learn(PeerResponse response, MemorySegment memory) {
    headKnown = true;
    status = response.status();
    boolean partial = status != 200;
    sizeBytes = partial ? response.contentRange().size() : response.contentLength();
    first = partial ? Math.max(0, response.contentRange().first()) : 0;
    end = first + (PeerAnswer.hasContent(response) ? response.contentLength() : 0);
    received = first;
    if (!byDigest && response.hasDockerContentDigest()) {
      digest.copyFrom(response.dockerContentDigest());
    }
    int length = response.contentTypeLength();
    contentTypeLength = length <= CONTENT_TYPE_BYTES_MAX ? length : 0;
    MemorySegment.copy(
        memory, response.contentTypeOffset(), memory, contentTypeOffset(), contentTypeLength);
  }
}
