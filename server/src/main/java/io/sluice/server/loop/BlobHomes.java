package io.sluice.server.loop;

import io.sluice.server.http.DigestKey;
import io.sluice.server.transfer.OpenBlob;
import io.sluice.server.transfer.OpenBlobs;
import io.sluice.server.transfer.Residency;
import java.util.function.Consumer;

/**
 * Which loop reads a blob from disk: one, so that all who want it at once can share what is read.
 * Connections spread evenly, and follow the blob when it has to be read; what is resident, or
 * small, every loop sends by itself.
 */
final class BlobHomes {
  private final HomeTable homes;
  private final Handoff[] loops;
  private final int self;
  private final long bytesMin;
  private final Residency residency;
  private final LoopClock clock;
  private final Consumer<OpenBlob> keep = this::keep;

  /**
   * Creates the view of loop number {@code self}.
   *
   * @param homes the homes, of all loops
   * @param loops the ways to all loops, by number
   * @param bytesMin what is no longer than this is not worth the move
   */
  BlobHomes(
      HomeTable homes,
      Handoff[] loops,
      int self,
      long bytesMin,
      Residency residency,
      LoopClock clock) {
    this.homes = homes;
    this.loops = loops;
    this.self = self;
    this.bytesMin = bytesMin;
    this.residency = residency;
    this.clock = clock;
  }

  /** The way to the loop that a range of a blob is to be served by; null when this one may. */
  Handoff elsewhere(OpenBlob blob, long first, long last) {
    boolean anyLoop = last - first < bytesMin || residency.looksResident(blob, first, last);
    return anyLoop ? null : elsewhere(blob.digest());
  }

  /** The way to the loop that a blob of peers is to be relayed by; null when this one may. */
  Handoff elsewhere(DigestKey digest) {
    Handoff home = loops[homes.homeOf(digest, self, clock.realNs())];
    return home == loops[self] || home.room() == 0 ? null : home;
  }

  /** Blobs that are used by this loop keep their homes; to be called now and then. */
  void keep(OpenBlobs blobs) {
    blobs.forEachUsed(keep);
  }

  private void keep(OpenBlob blob) {
    homes.keep(blob.digest(), self, clock.realNs());
  }
}
