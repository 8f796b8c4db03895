package io.sluice.server.loop;

/**
 * What a loop has in use at one moment.
 *
 * @param connections connection slots
 * @param exchanges requests under way
 * @param transfers transfers under way
 * @param transferBlocks blocks that are not free
 * @param blocksOfBlocked those of them that a client holds which takes nothing at present
 * @param relays relays under way
 * @param relayBlocks blocks that are not free
 * @param openBlobs blobs that are open, or about to be
 * @param sendBufferBytes granted out of the budget for send queues
 */
record LoopUsage(
    int connections,
    int exchanges,
    int transfers,
    int transferBlocks,
    int blocksOfBlocked,
    int relays,
    int relayBlocks,
    int openBlobs,
    long sendBufferBytes) {
  /** Everything is back in its place. */
  static final LoopUsage NONE = new LoopUsage(0, 0, 0, 0, 0, 0, 0, 0, 0);
}
