package io.sluice.routing.host;

import io.sluice.routing.multiformat.PeerId;
import java.nio.ByteBuffer;

/** One stream of a connection: bytes in order, both ways. */
public interface PeerStream {
  /** The other end; its identity has been proven. */
  PeerId peer();

  /**
   * Sends bytes, which are copied.
   *
   * @return false when more is queued for a peer that does not read than the host allows; the
   *     stream is reset then
   */
  boolean send(ByteBuffer bytes);

  /** Nothing more will be sent; what the peer sends still arrives. */
  void closeWrite();

  /** Drops the stream in both directions; the listener hears nothing more. */
  void reset();
}
