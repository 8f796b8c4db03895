package io.sluice.routing.libp2p.noise;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;

/** An X25519 key pair, for agreeing on secrets. Immutable. */
public final class DhKeys {
  static final int BYTES = 32;

  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");
  private static final BigInteger BASE_POINT = BigInteger.valueOf(9);

  private final PrivateKey privateKey;
  private final byte[] publicKey;

  private DhKeys(PrivateKey privateKey, byte[] publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /** A new pair, of the platform's random numbers. */
  public static DhKeys generate() {
    try {
      KeyPair keys = KeyPairGenerator.getInstance("X25519").generateKeyPair();
      byte[] encoded = keys.getPublic().getEncoded();
      byte[] raw = Arrays.copyOfRange(encoded, encoded.length - BYTES, encoded.length);
      return new DhKeys(keys.getPrivate(), raw);
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
      PublicKey base =
          factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BASE_POINT));
      return new DhKeys(key, agree(key, base));
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
    byte[] encoded =
        ByteBuffer.allocate(X509_PREFIX.length + BYTES).put(X509_PREFIX).put(peerPublicKey).array();
    try {
      PublicKey key =
          KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(encoded));
      return agree(privateKey, key);
    } catch (GeneralSecurityException | IllegalStateException e) {
      throw new AuthenticationException("the peer's X25519 key is not usable: " + e.getMessage());
    }
  }

  private static byte[] agree(PrivateKey mine, PublicKey theirs) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(mine);
    agreement.doPhase(theirs, true);
    return agreement.generateSecret();
  }

  private static IllegalStateException noX25519(GeneralSecurityException e) {
    return new IllegalStateException("every Java platform has X25519", e);
  }
}
