package io.sluice.server.relay;

import io.sluice.server.http.ByteRange;
import io.sluice.server.http.DigestKey;
import io.sluice.server.transfer.TransferBlocks;
import java.lang.foreign.MemorySegment;

/** The places of one loop's fetches, and how one begins: anew, or out of another. */
final class FetchTable {
  private final MemorySegment memory;
  private final Fetch[] fetches;
  private final int[] freeFetches;
  private int freeCount;

  /**
   * Creates a table of free places.
   *
   * @param memory has {@link Fetch#SCRATCH_BYTES} for each fetch
   * @param blocks for the bodies
   */
  FetchTable(MemorySegment memory, TransferBlocks blocks, int capacity) {
    this.memory = memory;
    this.fetches = new Fetch[capacity];
    this.freeFetches = new int[capacity];
    for (int i = capacity - 1; i >= 0; i--) {
      fetches[i] = new Fetch(i, memory, (long) i * Fetch.SCRATCH_BYTES, blocks);
      freeFetches[freeCount++] = i;
    }
  }

  /** All fetches, those included that are not active. */
  Fetch[] all() {
    return fetches;
  }

  /** Begins a fetch of what {@code request} holds, for one client; there must be room. */
  Fetch begin(PeerRequest request, long nowNs) {
    Fetch fetch = claim(nowNs);
    fetch.candidates.clear();
    fetch.lookupOpen = true;
    fetch.lookupSinceNs = nowNs;
    fetch.headKnown = false;
    long stored = fetch.requestOffset();
    request.store(memory, stored);
    fetch.manifest = PeerRequest.isManifest(memory, stored);
    fetch.headOnly = PeerRequest.isHeadOnly(memory, stored);
    fetch.hasRange = PeerRequest.hasRange(memory, stored);
    PeerRequest.digest(memory, stored, fetch.digest);
    fetch.byDigest = !fetch.digest.isEmpty();
    return fetch;
  }

  private Fetch claim(long nowNs) {
    Fetch fetch = fetches[freeFetches[--freeCount]];
    fetch.active = true;
    fetch.relays = 1;
    fetch.paused = false;
    fetch.failed = false;
    fetch.piped = false;
    fetch.lookedAgain = false;
    fetch.racing = 0;
    fetch.source = null;
    fetch.hedgeSinceNs = nowNs;
    fetch.progressNs = nowNs;
    return fetch;
  }

  /**
   * A fetch under way that has, or will have, all that is wanted of a blob; null without one.
   *
   * @param rangeOrNull null for the whole blob
   */
  Fetch shared(DigestKey digest, ByteRange rangeOrNull) {
    for (Fetch fetch : fetches) {
      boolean same =
          fetch.active
              && !fetch.failed
              && !fetch.paused
              && !fetch.piped
              && fetch.byDigest
              && !fetch.manifest
              && !fetch.headOnly
              && fetch.digest.equals(digest);
      if (same && covers(fetch, rangeOrNull)) {
        return fetch;
      }
    }
    return null;
  }

  private static boolean covers(Fetch fetch, ByteRange rangeOrNull) {
    if (!fetch.headKnown) {
      return rangeOrNull == null && !fetch.hasRange;
    }
    if (rangeOrNull != null && !rangeOrNull.resolve(fetch.sizeBytes)) {
      return false;
    }
    long first = rangeOrNull == null ? 0 : rangeOrNull.first();
    long end = rangeOrNull == null ? fetch.sizeBytes : rangeOrNull.last() + 1;
    return first >= fetch.available() && first <= fetch.received && end <= fetch.end;
  }

  /** Makes a fetch for one client of a shared one, which goes on at {@code position} by itself. */
  Fetch split(Fetch fetch, long position, long nowNs) {
    Fetch own = claim(nowNs);
    MemorySegment.copy(
        memory, fetch.requestOffset(), memory, own.requestOffset(), PeerRequest.STORED_BYTES);
    MemorySegment.copy(
        memory,
        fetch.contentTypeOffset(),
        memory,
        own.contentTypeOffset(),
        fetch.contentTypeLength);
    own.contentTypeLength = fetch.contentTypeLength;
    own.candidates.copyFrom(fetch.candidates);
    own.lookupOpen = false;
    own.manifest = fetch.manifest;
    own.headOnly = fetch.headOnly;
    own.hasRange = fetch.hasRange;
    own.digest.copyFrom(fetch.digest);
    own.byDigest = fetch.byDigest;
    own.headKnown = true;
    own.status = fetch.status;
    own.first = fetch.first;
    own.end = fetch.end;
    own.sizeBytes = fetch.sizeBytes;
    own.received = position;
    own.inBlocksFrom = position;
    fetch.relays--;
    return own;
  }

  /** Frees the place of a fetch that has ended. */
  void free(Fetch fetch) {
    fetch.active = false;
    fetch.generation++;
    freeFetches[freeCount++] = fetch.index;
  }
}
