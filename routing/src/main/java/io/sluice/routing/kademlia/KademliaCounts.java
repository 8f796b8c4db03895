package io.sluice.routing.kademlia;

/**
 * What a node has done so far and has now.
 *
 * @param tablePeers peers in the routing table
 * @param connectedPeers peers that are connected and have said what they are
 * @param records provider records kept for others
 * @param recordKeys keys they are for
 * @param advertisedKeys keys this node advertises
 * @param questionsAsked questions asked of peers
 * @param questionsAnswered questions of peers answered
 * @param recordsSent provider records sent to peers
 * @param recordsStored provider records taken from peers
 * @param refused streams reset for what peers sent, and records refused
 */
public record KademliaCounts(
    int tablePeers,
    int connectedPeers,
    int records,
    int recordKeys,
    int advertisedKeys,
    long questionsAsked,
    long questionsAnswered,
    long recordsSent,
    long recordsStored,
    long refused) {}
