package io.sluice.routing.libp2p.noise;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A key and how many messages it has been used for: what is particular to one direction. */
final class CipherState {
  /** Reserved by Noise; a key ends before it. */
  private static final long NONCE_END = -1;

  private final SecretKey key;
  private long nonce;

  CipherState(byte[] key) {
    this.key = new SecretKeySpec(key, "ChaCha20");
  }

  SecretKey key() {
    return key;
  }

  /** The next nonce, which is used up by that. */
  long nextNonce() throws AuthenticationException {
    if (nonce == NONCE_END) {
      throw new AuthenticationException("the connection's key is used up");
    }
    return nonce++;
  }

  /** Goes on from another nonce. */
  void skipTo(long next) {
    nonce = next;
  }
}
