package io.sluice.routing.libp2p.noise;

import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Hears of one secure channel. */
public interface NoiseListener {
  /** A handshake message is to be sent as it is. */
  void onHandshakeMessage(ByteBuffer message) throws IOException;

  /**
   * Both sides have proven who they are; what is sent from now on is sealed.
   *
   * @param muxer that both agreed on within the handshake; null when they have not
   */
  void onSecured(PeerId peer, String muxer) throws IOException;

  /**
   * Bytes have arrived, in order and authentic; borders between calls mean nothing.
   *
   * @param bytes valid until this returns
   */
  void onOpened(ByteBuffer bytes) throws IOException;

  /** Whether nothing more is to be given out. */
  boolean isClosed();
}
