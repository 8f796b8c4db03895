package io.sluice.server.loop;

import io.sluice.server.http.DigestKey;
import io.sluice.server.transfer.OpenBlob;
import io.sluice.server.transfer.Residency;

/**
 * Which loop reads a blob from disk: one, by its digest, so that all who want it at once can share
 * what is read. Connections spread evenly, and follow the blob when it has to be read; what is
 * resident, or small, every loop sends by itself.
 */
final class BlobHomes {
  private final Handoff[] loops;
  private final int self;
  private final long bytesMin;
  private final Residency residency;

  /**
   * Creates the view of loop number {@code self}.
   *
   * @param loops the ways to all loops, by number
   * @param bytesMin what is no longer than this is not worth the move
   */
  BlobHomes(Handoff[] loops, int self, long bytesMin, Residency residency) {
    this.loops = loops;
    this.self = self;
    this.bytesMin = bytesMin;
    this.residency = residency;
  }

  /** The way to the loop that a range of a blob is to be served by; null when this one may. */
  Handoff elsewhere(OpenBlob blob, long first, long last) {
    Handoff home = loops[numberOf(blob.digest())];
    boolean stays =
        home == loops[self]
            || last - first < bytesMin
            || home.room() == 0
            || residency.looksResident(blob, first, last);
    return stays ? null : home;
  }

  /** The way to the loop that a blob of peers is to be relayed by; null when this one may. */
  Handoff elsewhere(DigestKey digest) {
    Handoff home = loops[numberOf(digest)];
    return home == loops[self] || home.room() == 0 ? null : home;
  }

  private int numberOf(DigestKey digest) {
    int hash = digest.hash();
    // Every bit of it counts, whatever the number of loops.
    int mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    return Integer.remainderUnsigned(mixed ^ (mixed >>> 13), loops.length);
  }
}
