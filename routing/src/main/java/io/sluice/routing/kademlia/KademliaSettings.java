package io.sluice.routing.kademlia;

import java.time.Duration;

/**
 * How a node takes part. The defaults are those of go-libp2p-kad-dht as Spegel v0.7.4 configures
 * it; all nodes of a cluster should have the same.
 *
 * @param protocolPrefix what comes before {@code /kad/1.0.0}
 * @param bucketSize k: peers per bucket, holders of a record, length of an answer
 * @param concurrency alpha: questions of one lookup under way at once
 * @param resiliency beta: how many of the nearest must have answered before a lookup has converged
 * @param provideValidity how long a record lives
 * @param reprovideInterval how often a key is announced again, at the least
 * @param refreshInterval how often the table is refreshed
 * @param answerWait how long a lookup waits for a peer that has not answered before
 * @param idleWait how long a lookup waits when none but such peers owe an answer
 * @param contactsPerAddress peers of the table behind one IP address
 * @param records provider records kept for others
 * @param recordsPerKey providers kept per key
 * @param recordsPerPeer keys kept per provider
 * @param providers peers whose records are kept
 */
public record KademliaSettings(
    String protocolPrefix,
    int bucketSize,
    int concurrency,
    int resiliency,
    Duration provideValidity,
    Duration reprovideInterval,
    Duration refreshInterval,
    Duration answerWait,
    Duration idleWait,
    int contactsPerAddress,
    int records,
    int recordsPerKey,
    int recordsPerPeer,
    int providers) {

  /** Protocol prefix of Spegel. */
  public static final String SPEGEL_PREFIX = "/spegel";

  /** What Spegel v0.7.4 does. */
  public static KademliaSettings defaults() {
    return new KademliaSettings(
        SPEGEL_PREFIX,
        20,
        10,
        3,
        Duration.ofMinutes(19),
        Duration.ofMinutes(15),
        Duration.ofMinutes(10),
        Duration.ofSeconds(2),
        Duration.ofMillis(20),
        8,
        1 << 18,
        64,
        1 << 15,
        1 << 12);
  }

  /** The same with another protocol prefix, such as {@code /spegel}. */
  public KademliaSettings withProtocolPrefix(String prefix) {
    return new KademliaSettings(
        prefix,
        bucketSize,
        concurrency,
        resiliency,
        provideValidity,
        reprovideInterval,
        refreshInterval,
        answerWait,
        idleWait,
        contactsPerAddress,
        records,
        recordsPerKey,
        recordsPerPeer,
        providers);
  }

  /** The same with other waits of a lookup. */
  public KademliaSettings withWaits(Duration answer, Duration idle) {
    return new KademliaSettings(
        protocolPrefix,
        bucketSize,
        concurrency,
        resiliency,
        provideValidity,
        reprovideInterval,
        refreshInterval,
        answer,
        idle,
        contactsPerAddress,
        records,
        recordsPerKey,
        recordsPerPeer,
        providers);
  }

  /** The protocol that peers speak, such as {@code /spegel/kad/1.0.0}. */
  public String protocol() {
    return protocolPrefix + "/kad/1.0.0";
  }
}
