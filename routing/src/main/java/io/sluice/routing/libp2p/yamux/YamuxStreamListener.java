package io.sluice.routing.libp2p.yamux;

import java.nio.ByteBuffer;

/** Hears of one stream of a session. */
public interface YamuxStreamListener {
  /**
   * Bytes have arrived, in order.
   *
   * @param bytes valid until this returns; taken by that
   */
  void onData(ByteBuffer bytes);

  /** The peer sends no more. */
  void onEnd();

  /** The stream is no more, other than by both ends or this side's reset. */
  void onFailed(String reason);
}
