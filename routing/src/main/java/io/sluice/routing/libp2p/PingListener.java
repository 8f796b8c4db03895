package io.sluice.routing.libp2p;

/** Hears how a ping ends: exactly one of its methods is called, once. */
public interface PingListener {
  /** The peer has answered after this many nanoseconds. */
  void onAnswer(long roundTripNs);

  /** It has not. */
  void onFailed(String reason);
}
