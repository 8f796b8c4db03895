package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Peers as there are in a cluster: an Ed25519 key and one address each. */
final class BenchmarkPeers {
  private static final int PORT = 5001;

  /** Protobuf of an Ed25519 key: its type, and its length. */
  private static final byte[] KEY_HEAD = {0x08, 0x01, 0x12, 0x20};

  private static final int KEY_BYTES = 36;

  private BenchmarkPeers() {}

  /** The same peer for the same number. */
  static PeerRecord peer(int number) {
    byte[] key = new byte[KEY_BYTES];
    new Random(number).nextBytes(key);
    System.arraycopy(KEY_HEAD, 0, key, 0, KEY_HEAD.length);
    try {
      InetAddress ip =
          InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
      Multiaddr address = Multiaddr.ofTcp(new InetSocketAddress(ip, PORT));
      return new PeerRecord(PeerId.ofPublicKey(key), List.of(address));
    } catch (UnknownHostException fourBytesAreAnAddress) {
      throw new AssertionError(fourBytesAreAnAddress);
    }
  }

  /** So many of them. */
  static List<PeerRecord> peers(int count) {
    return IntStream.range(0, count).mapToObj(BenchmarkPeers::peer).toList();
  }
}
