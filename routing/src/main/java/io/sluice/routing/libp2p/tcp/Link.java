package io.sluice.routing.libp2p.tcp;

import io.sluice.routing.multiformat.Multiaddr;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A reliable stream of bytes to one other end. Used on the scheduler's thread. */
public interface Link {
  /** Address of the other end. */
  Multiaddr remoteAddress();

  /**
   * Sends bytes; what cannot be sent at once is copied and follows when it can.
   *
   * @throws IOException when the link is broken, or too much waits
   */
  void write(ByteBuffer bytes) throws IOException;

  /** Whether bytes wait to be sent; writing should wait for {@link LinkListener#onWritable}. */
  boolean isBlocked();

  /** Ends it, now; the listener hears nothing more. */
  void close();
}
