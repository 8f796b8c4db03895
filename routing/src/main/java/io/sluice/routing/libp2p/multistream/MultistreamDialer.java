package io.sluice.routing.libp2p.multistream;

import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.multiformat.MalformedException;
import java.nio.ByteBuffer;

/** The side that proposes: one protocol, together with the header. */
public final class MultistreamDialer {
  private final String protocol;
  private final MultistreamLine lines = new MultistreamLine();

  /** Proposes a protocol. */
  public MultistreamDialer(String protocol) {
    this.protocol = protocol;
  }

  /** What has to be sent first; what uses the protocol may follow at once. */
  public ByteBuffer opening() {
    int size = MultistreamLine.size(MultistreamLine.HEADER) + MultistreamLine.size(protocol);
    ByteBuffer out = ByteBuffer.allocate(size);
    MultistreamLine.write(out, MultistreamLine.HEADER);
    MultistreamLine.write(out, protocol);
    return out.flip();
  }

  /** The protocol that is proposed. */
  public String protocol() {
    return protocol;
  }

  /**
   * Takes what has arrived, and nothing that belongs to the protocol.
   *
   * @return whether it is agreed on
   * @throws MalformedException when the peer does not speak it, or not multistream-select
   */
  public boolean onBytes(ByteBuffer in) throws MalformedException, LimitException {
    String line = lines.isHeaderRead(in) ? lines.next(in) : null;
    if (line != null && !line.equals(protocol)) {
      throw new MalformedException(
          line.equals(MultistreamLine.NOT_AVAILABLE)
              ? "the peer does not speak " + protocol
              : "the peer answers the proposal of " + protocol + " with another protocol");
    }
    return line != null;
  }
}
