package io.sluice.routing.libp2p.noise;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/** An X25519 key pair, for agreeing on secrets. Used by one thread. */
public final class DhKeys {
  static final int BYTES = 32;

  private static final byte[] BASE_POINT = Arrays.copyOf(new byte[] {9}, BYTES);

  /** Set up with the private key for good: it is good for one secret after the other. */
  private final KeyAgreement agreement;

  private final byte[] publicKey;

  private DhKeys(KeyAgreement agreement, byte[] publicKey) {
    this.agreement = agreement;
    this.publicKey = publicKey;
  }

  /** A new pair, of the platform's random numbers. */
  public static DhKeys generate() {
    try {
      KeyPair keys = KeyPairGenerator.getInstance("X25519").generateKeyPair();
      byte[] encoded = keys.getPublic().getEncoded();
      byte[] raw = Arrays.copyOfRange(encoded, encoded.length - BYTES, encoded.length);
      return new DhKeys(agreement(keys.getPrivate()), raw);
    } catch (GeneralSecurityException e) {
      throw noX25519(e);
    }
  }

  /** The pair of a private key of 32 bytes. */
  static DhKeys of(byte[] raw) {
    try {
      KeyFactory factory = KeyFactory.getInstance("X25519");
      PrivateKey key =
          factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, raw));
      KeyAgreement agreement = agreement(key);
      return new DhKeys(agreement, agree(agreement, BASE_POINT));
    } catch (GeneralSecurityException e) {
      throw noX25519(e);
    }
  }

  /** A copy of the public key: 32 bytes. */
  byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * The secret shared with who has the private key to a public one.
   *
   * @throws AuthenticationException when that is a point with which all secrets are the same
   */
  byte[] agree(byte[] peerPublicKey) throws AuthenticationException {
    try {
      return agree(agreement, peerPublicKey);
    } catch (GeneralSecurityException | IllegalStateException e) {
      throw new AuthenticationException("the peer's X25519 key is not usable: " + e.getMessage());
    }
  }

  private static KeyAgreement agreement(PrivateKey key) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(key);
    return agreement;
  }

  private static byte[] agree(KeyAgreement agreement, byte[] theirs)
      throws GeneralSecurityException {
    agreement.doPhase(new DhPublicKey(theirs), true);
    return agreement.generateSecret();
  }

  private static IllegalStateException noX25519(GeneralSecurityException e) {
    return new IllegalStateException("every Java platform has X25519", e);
  }
}
