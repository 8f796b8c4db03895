package io.sluice.routing.libp2p.identity;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.PeerId;
import io.sluice.routing.multiformat.ProtobufReader;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Signature;

/** Public key of a peer, as it sends it. Only Ed25519 is known, which all peers here use. */
public final class PublicKey {
  /** Number of this kind of key in libp2p's protobuf. */
  static final int ED25519 = 1;

  private static final int RAW_BYTES = 32;

  private final byte[] message;
  private final Ed25519Key key;

  private PublicKey(byte[] message, Ed25519Key key) {
    this.message = message;
    this.key = key;
  }

  /**
   * Reads a key in libp2p's protobuf.
   *
   * @throws MalformedException when it is none, or of another kind
   */
  public static PublicKey of(byte[] message) throws MalformedException {
    ProtobufReader reader = new ProtobufReader(ByteBuffer.wrap(message));
    long type = 0;
    byte[] raw = new byte[0];
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> type = reader.number();
        case 2 -> raw = reader.bytes();
        default -> {
          // Of a later version.
        }
      }
    }
    if (type != ED25519) {
      throw new MalformedException(
          "the peer has a key of type " + type + "; only Ed25519 is known");
    }
    if (raw.length != RAW_BYTES) {
      throw new MalformedException("an Ed25519 key of " + raw.length + " bytes");
    }
    return new PublicKey(message.clone(), new Ed25519Key(raw));
  }

  /** The peer that has this key. */
  public PeerId peer() {
    return PeerId.ofPublicKey(message);
  }

  /** Whether who has this key signed these bytes. */
  public boolean verifies(byte[] signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // So it answers to points that are not on the curve and to signatures of another length.
      return false;
    }
  }
}
