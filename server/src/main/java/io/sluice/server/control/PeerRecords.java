package io.sluice.server.control;

import io.sluice.linux.SocketAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes peers for {@link ControlMessages#PEERS}. */
final class PeerRecords {
  private PeerRecords() {}

  /** At most {@link ControlMessages#PEERS_MAX} records; addresses that are names are left out. */
  static byte[] encode(List<InetSocketAddress> peers) {
    List<InetSocketAddress> usable =
        peers.stream()
            .filter(peer -> !peer.isUnresolved())
            .limit(ControlMessages.PEERS_MAX)
            .toList();
    ByteBuffer records =
        ByteBuffer.allocate(usable.size() * ControlMessages.PEER_BYTES)
            .order(ByteOrder.nativeOrder());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address =
          arena.allocate(SocketAddress.MAX_BYTES, SocketAddress.ALIGNMENT_BYTES);
      for (InetSocketAddress peer : usable) {
        int at = records.position();
        SocketAddress.write(peer, address);
        records.put(address.asByteBuffer());
        byte[] authority = authority(peer).getBytes(StandardCharsets.US_ASCII);
        records.putInt(at + ControlMessages.PEER_AUTHORITY, authority.length);
        records.position(at + ControlMessages.PEER_AUTHORITY + Integer.BYTES);
        records.put(authority);
        records.position(at + ControlMessages.PEER_BYTES);
      }
    }
    return records.array();
  }

  private static String authority(InetSocketAddress peer) {
    String host = peer.getAddress().getHostAddress();
    int zone = host.indexOf('%');
    String plain = zone < 0 ? host : host.substring(0, zone);
    boolean six = peer.getAddress() instanceof Inet6Address;
    return (six ? "[" + plain + "]" : plain) + ":" + peer.getPort();
  }
}
