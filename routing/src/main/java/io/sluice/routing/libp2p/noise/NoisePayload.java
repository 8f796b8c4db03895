package io.sluice.routing.libp2p.noise;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.libp2p.identity.PublicKey;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.PeerId;
import io.sluice.routing.multiformat.ProtobufReader;
import io.sluice.routing.multiformat.ProtobufWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a side says of itself within the handshake: its identity, its identity's signature of the
 * key that the handshake uses, and the multiplexers that it speaks.
 *
 * @param peer whose signature it is
 * @param muxers in the order of preference; empty when nothing is said of them
 */
record NoisePayload(PeerId peer, List<String> muxers) {
  private static final String SIGNED_PREFIX = "noise-libp2p-static-key:";
  private static final int KEY = 1;
  private static final int SIGNATURE = 2;
  private static final int EXTENSIONS = 4;
  private static final int STREAM_MUXERS = 2;

  static byte[] compose(Identity identity, byte[] staticKey, List<String> muxers) {
    ProtobufWriter extensions = new ProtobufWriter();
    for (String muxer : muxers) {
      extensions.text(STREAM_MUXERS, muxer);
    }
    return new ProtobufWriter()
        .bytes(KEY, identity.publicKeyMessage())
        .bytes(SIGNATURE, identity.sign(signed(staticKey)))
        .message(EXTENSIONS, extensions)
        .toBytes();
  }

  /**
   * Reads and verifies what the peer says.
   *
   * @param staticKey that the peer has used in the handshake
   */
  static NoisePayload verify(byte[] payload, byte[] staticKey)
      throws MalformedException, AuthenticationException {
    byte[] key = {};
    byte[] signature = {};
    List<String> muxers = List.of();
    ProtobufReader reader = new ProtobufReader(ByteBuffer.wrap(payload));
    while (reader.next()) {
      switch (reader.field()) {
        case KEY -> key = reader.bytes();
        case SIGNATURE -> signature = reader.bytes();
        case EXTENSIONS -> muxers = readMuxers(reader.view());
        default -> {
          // Of a later version.
        }
      }
    }
    PublicKey identity = PublicKey.of(key);
    if (!identity.verifies(signed(staticKey), signature)) {
      throw new AuthenticationException(
          "who claims to be " + identity.peer() + " has not signed the key it uses");
    }
    return new NoisePayload(identity.peer(), muxers);
  }

  private static List<String> readMuxers(ByteBuffer extensions) throws MalformedException {
    List<String> muxers = new ArrayList<>();
    ProtobufReader reader = new ProtobufReader(extensions);
    while (reader.next()) {
      if (reader.field() == STREAM_MUXERS && muxers.size() < HostLimits.MULTISTREAM_PROPOSALS) {
        muxers.add(reader.text());
      }
    }
    return muxers;
  }

  private static byte[] signed(byte[] staticKey) {
    byte[] prefix = SIGNED_PREFIX.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(prefix.length + staticKey.length).put(prefix).put(staticKey).array();
  }
}
