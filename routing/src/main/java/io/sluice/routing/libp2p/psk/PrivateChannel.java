package io.sluice.routing.libp2p.psk;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * What a socket of a private network carries: a nonce of 24 bytes each way, then everything
 * encrypted. There is no authentication; who does not have the key reads and writes noise, which
 * the protocol above refuses.
 */
public final class PrivateChannel {
  private final PreSharedKey key;
  private final byte[] nonce = new byte[XSalsa20.NONCE_BYTES];
  private final byte[] peerNonce = new byte[XSalsa20.NONCE_BYTES];
  private final XSalsa20 sender;
  private int peerNonceBytes;
  private XSalsa20 receiver;

  /** One side, with a fresh nonce. */
  public PrivateChannel(PreSharedKey key, SecureRandom random) {
    this.key = key;
    random.nextBytes(nonce);
    sender = key.cipher(nonce);
  }

  /** What has to be sent first, unencrypted. */
  public ByteBuffer opening() {
    return ByteBuffer.wrap(nonce.clone());
  }

  /**
   * Decrypts in place what has arrived, after taking the peer's nonce from it.
   *
   * @param in its position moves behind the nonce; it has an array
   */
  public void decrypt(ByteBuffer in) {
    while (receiver == null && in.hasRemaining()) {
      peerNonce[peerNonceBytes++] = in.get();
      if (peerNonceBytes == peerNonce.length) {
        receiver = key.cipher(peerNonce);
      }
    }
    if (receiver != null) {
      receiver.apply(in.array(), in.arrayOffset() + in.position(), in.remaining());
    }
  }

  /** Encrypts in place what is to be sent next; it has an array. */
  public void encrypt(ByteBuffer out) {
    sender.apply(out.array(), out.arrayOffset() + out.position(), out.remaining());
  }
}
