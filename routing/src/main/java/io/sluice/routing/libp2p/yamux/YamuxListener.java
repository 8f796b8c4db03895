package io.sluice.routing.libp2p.yamux;

/** Hears of one session. */
public interface YamuxListener {
  /**
   * The peer has opened a stream.
   *
   * @return who hears of it
   */
  YamuxStreamListener onStream(YamuxStream stream);

  /** There is something to be sent. */
  void onOutput();

  /** The peer has answered a ping. */
  void onPong();

  /**
   * The peer accepts no more streams.
   *
   * @param code 0 when all is well, 1 for a violation of the protocol, 2 for an error of the peer
   */
  void onGoAway(long code);

  /** Whether nothing more is to be given out. */
  boolean isClosed();
}
