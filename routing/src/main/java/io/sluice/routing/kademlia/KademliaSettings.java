package io.sluice.routing.kademlia;

import java.time.Duration;

/**
 * How a node takes part. The defaults are those of go-libp2p-kad-dht as Spegel v0.7.4 configures
 * it; all nodes of a cluster should have the same.
 *
 * @param protocolPrefix what comes before {@code /kad/1.0.0}
 * @param zone which part of the cluster this node is in; empty when that does not matter
 * @param provideValidity how long a record lives
 * @param reprovideInterval how often a key is announced again, at the least
 * @param refreshInterval how often the table is refreshed
 * @param answerWait how long a lookup waits for a peer that has always answered so far
 * @param idleWait how long a lookup waits when none but peers that owe answers are left
 */
public record KademliaSettings(
    String protocolPrefix,
    String zone,
    Duration provideValidity,
    Duration reprovideInterval,
    Duration refreshInterval,
    Duration answerWait,
    Duration idleWait) {

  /** Protocol prefix of Spegel. */
  public static final String SPEGEL_PREFIX = "/spegel";

  /** Default of {@link #answerWait}. */
  public static final Duration ANSWER_WAIT = Duration.ofSeconds(2);

  /** Default of {@link #idleWait}, as long as Spegel's. */
  public static final Duration IDLE_WAIT = Duration.ofMillis(20);

  /** What Spegel v0.7.4 does. */
  public static KademliaSettings defaults() {
    return of(SPEGEL_PREFIX, "", ANSWER_WAIT, IDLE_WAIT);
  }

  /** What Spegel v0.7.4 does, but for what is given here. */
  public static KademliaSettings of(
      String protocolPrefix, String zone, Duration answerWait, Duration idleWait) {
    return new KademliaSettings(
        protocolPrefix,
        zone,
        Duration.ofMinutes(19),
        Duration.ofMinutes(15),
        Duration.ofMinutes(10),
        answerWait,
        idleWait);
  }

  /** The protocol that peers speak, such as {@code /spegel/kad/1.0.0}. */
  public String protocol() {
    return protocolPrefix + "/kad/1.0.0";
  }
}
