package io.sluice.server.loop;

/**
 * One loop's share of the node's limits.
 *
 * @param connections connection slots
 * @param exchanges requests under way at once
 * @param transfers transfers at once
 * @param blockBytes size of each transfer and relay block
 * @param transferBlocks blocks for transfers
 * @param relays relays at once
 * @param relayBlocks blocks for them
 * @param openBlobs blobs open at once
 * @param sendBudgetBytes send queues of transfers
 */
public record LoopShare(
    int connections,
    int exchanges,
    int transfers,
    int blockBytes,
    int transferBlocks,
    int relays,
    int relayBlocks,
    int openBlobs,
    long sendBudgetBytes) {}
