package io.sluice.server.loop;

import io.sluice.memory.FixedMemory;
import io.sluice.memory.Region;
import io.sluice.server.config.Limits;
import io.sluice.server.control.ControlChannel;
import io.sluice.server.relay.Relays;
import io.sluice.server.transfer.OpenBlobs;
import java.lang.foreign.MemorySegment;

/** The fixed memory of one loop, reserved by name before the node's memory is mapped. */
public final class LoopMemory {
  /** Room for the wake-up counter, the tick's timespec and the loop's signal to itself. */
  private static final int MISCELLANY_BYTES = 128;

  final Region blocks;
  final Region exchanges;
  final Region blobScratch;
  final Region relayScratch;
  final Region controlRequests;
  final Region controlReplies;
  final Region handoff;
  final Region miscellany;

  private final long transferBlockBytes;

  /** Reserves the share of loop number {@code loop}. */
  public LoopMemory(FixedMemory.Plan plan, int loop, LoopShare share) {
    String of = "loop " + loop + " ";
    int line = 64;
    long blockBytes = share.blockBytes();
    transferBlockBytes = share.transferBlocks() * blockBytes;
    // One region for both: two would each end on small pages.
    blocks =
        plan.reserveHuge(
            of + "transfer and relay blocks",
            transferBlockBytes + share.relayBlocks() * blockBytes);
    exchanges = plan.reserve(of + "exchanges", (long) share.exchanges() * Exchanges.BYTES, line);
    blobScratch =
        plan.reserve(of + "open blobs", (long) share.openBlobs() * OpenBlobs.SCRATCH_BYTES, line);
    relayScratch =
        plan.reserve(of + "relay heads", (long) share.relays() * Relays.SCRATCH_BYTES, line);
    int trailer = ControlChannel.TRAILER_BYTES;
    controlRequests =
        plan.reserve(of + "control requests", Limits.CONTROL_RING_BYTES + trailer, line);
    controlReplies =
        plan.reserve(of + "control replies", Limits.CONTROL_REPLY_BYTES + trailer, line);
    handoff = plan.reserve(of + "accepted sockets", Limits.HANDOFF_BYTES + trailer, line);
    miscellany = plan.reserve(of + "timers", MISCELLANY_BYTES, line);
  }

  /** What blobs are read into. */
  MemorySegment transferBlocks() {
    return blocks.segment().asSlice(0, transferBlockBytes);
  }

  /** What peers' blobs are received into. */
  MemorySegment relayBlocks() {
    return blocks.segment().asSlice(transferBlockBytes);
  }

  /** Requests and responses under way. */
  public long exchangeBytes() {
    return exchanges.bytes();
  }

  /** All that is neither blocks nor exchanges. */
  public long messageBytes() {
    return blobScratch.bytes()
        + relayScratch.bytes()
        + controlRequests.bytes()
        + controlReplies.bytes()
        + handoff.bytes()
        + miscellany.bytes();
  }
}
