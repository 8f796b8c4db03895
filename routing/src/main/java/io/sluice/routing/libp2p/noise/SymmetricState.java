package io.sluice.routing.libp2p.noise;

import io.sluice.routing.multiformat.Multihash;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The running hash and chaining key of a handshake: section 5.2 of the Noise framework. */
final class SymmetricState {
  private static final byte[] NOTHING = {};
  private static final String HMAC = "HmacSHA256";

  private final ChaChaPoly engine;
  private final Mac mac;
  private byte[] chainingKey;
  private byte[] hash;
  private CipherState cipher;

  /** Begins with a protocol's name, which has to be as long as a hash. */
  SymmetricState(String protocolName, ChaChaPoly engine) {
    this.engine = engine;
    mac = newMac();
    hash = protocolName.getBytes(StandardCharsets.US_ASCII);
    chainingKey = hash;
  }

  void mixHash(byte[] data) {
    hash = Multihash.digest(hash, data);
  }

  void mixKey(byte[] secret) {
    byte[][] keys = deriveTwo(chainingKey, secret);
    chainingKey = keys[0];
    cipher = new CipherState(keys[1]);
  }

  byte[] encryptAndHash(byte[] plain) throws AuthenticationException {
    byte[] sealed = plain;
    if (cipher != null) {
      sealed = new byte[plain.length + ChaChaPoly.TAG_BYTES];
      engine.seal(cipher, hash, plain, 0, plain.length, sealed, 0);
    }
    mixHash(sealed);
    return sealed;
  }

  byte[] decryptAndHash(byte[] sealed) throws AuthenticationException {
    byte[] plain = sealed;
    if (cipher != null) {
      // With a tag missing, opening says so.
      plain = new byte[Math.max(0, sealed.length - ChaChaPoly.TAG_BYTES)];
      engine.open(cipher, hash, sealed, 0, sealed.length, plain, 0);
    }
    mixHash(sealed);
    return plain;
  }

  /** The keys of what follows: of the initiator's messages, and of the responder's. */
  CipherState[] split() {
    byte[][] keys = deriveTwo(chainingKey, NOTHING);
    return new CipherState[] {new CipherState(keys[0]), new CipherState(keys[1])};
  }

  byte[] hash() {
    return hash.clone();
  }

  /** HKDF with two outputs. */
  private byte[][] deriveTwo(byte[] key, byte[] input) {
    byte[] temporary = hmac(key, input);
    byte[] first = hmac(temporary, new byte[] {1});
    byte[] second = Arrays.copyOf(first, first.length + 1);
    second[first.length] = 2;
    return new byte[][] {first, hmac(temporary, second)};
  }

  private byte[] hmac(byte[] key, byte[] data) {
    try {
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(data);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("HMAC takes every key", e);
    }
  }

  private static Mac newMac() {
    try {
      return Mac.getInstance(HMAC);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
