package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Peers made of numbers. */
final class Peers {
  private Peers() {}

  static PeerId id(int number) {
    byte[] digest = Sha256.of(("peer " + number).getBytes(StandardCharsets.UTF_8));
    return new PeerId(ByteBuffer.allocate(34).put((byte) 0x12).put((byte) 32).put(digest).array());
  }

  /** {@code /ip4/10.x.y.z/tcp/5001}. */
  static Multiaddr address(int number) {
    return new Multiaddr(
        ByteBuffer.allocate(8)
            .put((byte) 4)
            .putInt(0x0a000000 | number)
            .put((byte) 6)
            .putShort((short) 5001)
            .array());
  }

  static PeerRecord record(int number) {
    return new PeerRecord(id(number), List.of(address(number)));
  }
}
