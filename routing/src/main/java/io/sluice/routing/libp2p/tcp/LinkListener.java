package io.sluice.routing.libp2p.tcp;

import java.nio.ByteBuffer;

/** Hears of one {@link Link}. */
public interface LinkListener {
  /** The link is established; heard by the side that dials only. */
  void onConnected();

  /**
   * Bytes have arrived, in order.
   *
   * @param bytes with an array, which may be changed; valid until this returns
   */
  void onBytes(ByteBuffer bytes);

  /** All that waited has been sent. */
  void onWritable();

  /**
   * The link has ended, by itself.
   *
   * @param reason in words
   */
  void onClosed(String reason);
}
