package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Varint;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Messages of the routing protocol, to bytes and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MessageBenchmark {
  private static final int PEERS = 20;
  private static final int KEY_BYTES = 34;

  /** What is said. */
  public enum Message {
    /** Who is near a key? As long as the question who has what is called so. */
    FIND_NODE,
    /** Twenty peers are. */
    FIND_NODE_ANSWER,
    /** Twenty peers have it. */
    GET_PROVIDERS_ANSWER
  }

  /** Which message. */
  @Param public Message message;

  private KademliaMessage decoded;
  private ByteBuffer encoded;

  /** Without a message. */
  public MessageBenchmark() {}

  /**
   * Makes the message.
   *
   * @throws MalformedException never
   */
  @Setup
  public void make() throws MalformedException {
    byte[] key = new byte[KEY_BYTES];
    List<PeerRecord> peers = BenchmarkPeers.peers(PEERS);
    decoded =
        switch (message) {
          case FIND_NODE -> KademliaMessage.request(MessageType.FIND_NODE, key);
          case FIND_NODE_ANSWER ->
              new KademliaMessage(MessageType.FIND_NODE, key, peers, List.of());
          case GET_PROVIDERS_ANSWER ->
              new KademliaMessage(MessageType.GET_PROVIDERS, key, List.of(), peers);
        };
    encoded = MessageCodec.encode(decoded);
    Varint.read(encoded);
    encoded = encoded.slice();
    KademliaMessage again = MessageCodec.decode(encoded.duplicate());
    if (again.closerPeers().size() + again.providerPeers().size()
        != decoded.closerPeers().size() + decoded.providerPeers().size()) {
      throw new IllegalStateException("peers got lost on the way");
    }
  }

  /**
   * Writes it, with its length.
   *
   * @return the bytes
   */
  @Benchmark
  public ByteBuffer encode() {
    return MessageCodec.encode(decoded);
  }

  /**
   * Reads it, without its length.
   *
   * @return the message
   * @throws MalformedException never
   */
  @Benchmark
  public Object decode() throws MalformedException {
    return MessageCodec.decode(encoded.duplicate());
  }
}
