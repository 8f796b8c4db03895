package io.sluice.routing.libp2p.noise;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One side of the handshake XX:
 *
 * <pre>
 *   -> e
 *   <- e, ee, s, es
 *   -> s, se
 * </pre>
 *
 * The initiator writes, reads, writes; the responder reads, writes, reads. Each message carries a
 * payload; the first one is readable by anybody.
 */
final class NoiseHandshake {
  private static final String PROTOCOL_NAME = "Noise_XX_25519_ChaChaPoly_SHA256";
  private static final int SEALED_KEY_BYTES = DhKeys.BYTES + ChaChaPoly.TAG_BYTES;
  private static final int MESSAGES = 3;

  private final boolean initiator;
  private final DhKeys statics;
  private final DhKeys ephemerals;
  private final SymmetricState symmetric;
  private byte[] remoteEphemeral;
  private byte[] remoteStatic;
  private int messages;
  private CipherState[] ciphers;

  NoiseHandshake(
      boolean initiator, DhKeys statics, DhKeys ephemerals, byte[] prologue, ChaChaPoly engine) {
    this.initiator = initiator;
    this.statics = statics;
    this.ephemerals = ephemerals;
    symmetric = new SymmetricState(PROTOCOL_NAME, engine);
    symmetric.mixHash(prologue);
  }

  /** Whether the next message is this side's to write. */
  boolean writesNext() {
    return !isComplete() && initiator == (messages % 2 == 0);
  }

  boolean isComplete() {
    return messages == MESSAGES;
  }

  byte[] write(byte[] payload) throws AuthenticationException {
    if (!writesNext()) {
      throw new IllegalStateException("it is the peer's turn");
    }
    byte[] keys = {};
    switch (messages) {
      case 0 -> keys = writeEphemeral();
      case 1 -> {
        byte[] ephemeral = writeEphemeral();
        symmetric.mixKey(ephemerals.agree(remoteEphemeral));
        keys = concatenate(ephemeral, symmetric.encryptAndHash(statics.publicKey()));
        symmetric.mixKey(statics.agree(remoteEphemeral));
      }
      default -> {
        keys = symmetric.encryptAndHash(statics.publicKey());
        symmetric.mixKey(statics.agree(remoteEphemeral));
      }
    }
    byte[] message = concatenate(keys, symmetric.encryptAndHash(payload));
    advance();
    return message;
  }

  /** Reads a message, and gives its payload. */
  byte[] read(byte[] message) throws AuthenticationException {
    if (isComplete() || writesNext()) {
      throw new IllegalStateException("it is not the peer's turn");
    }
    int keyBytes = 0;
    if (messages < 2) {
      remoteEphemeral = part(message, 0, DhKeys.BYTES);
      symmetric.mixHash(remoteEphemeral);
      keyBytes = DhKeys.BYTES;
    }
    if (messages == 1) {
      symmetric.mixKey(ephemerals.agree(remoteEphemeral));
    }
    if (messages > 0) {
      remoteStatic = symmetric.decryptAndHash(part(message, keyBytes, SEALED_KEY_BYTES));
      symmetric.mixKey(ephemerals.agree(remoteStatic));
      keyBytes += SEALED_KEY_BYTES;
    }
    byte[] payload =
        symmetric.decryptAndHash(Arrays.copyOfRange(message, keyBytes, message.length));
    advance();
    return payload;
  }

  /** The peer's static key; known before the handshake is complete, proven by its end. */
  byte[] remoteStatic() {
    return remoteStatic;
  }

  byte[] hash() {
    return symmetric.hash();
  }

  CipherState sender() {
    return ciphers[initiator ? 0 : 1];
  }

  CipherState receiver() {
    return ciphers[initiator ? 1 : 0];
  }

  private byte[] writeEphemeral() {
    byte[] key = ephemerals.publicKey();
    symmetric.mixHash(key);
    return key;
  }

  private void advance() {
    messages++;
    if (isComplete()) {
      ciphers = symmetric.split();
    }
  }

  private static byte[] part(byte[] message, int from, int length) throws AuthenticationException {
    if (message.length < from + length) {
      throw new AuthenticationException("a handshake message of " + message.length + " bytes");
    }
    return Arrays.copyOfRange(message, from, from + length);
  }

  private static byte[] concatenate(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}
