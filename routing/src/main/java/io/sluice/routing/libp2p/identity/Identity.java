package io.sluice.routing.libp2p.identity;

import io.sluice.routing.multiformat.PeerId;
import io.sluice.routing.multiformat.ProtobufWriter;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** An Ed25519 key pair that a node is known by. Immutable. */
public final class Identity {
  private static final int KEY_BYTES = 32;

  private final PrivateKey privateKey;
  private final byte[] publicKeyMessage;
  private final PeerId id;

  private Identity(KeyPair keys) {
    privateKey = keys.getPrivate();
    byte[] encoded = keys.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    publicKeyMessage = new ProtobufWriter().number(1, PublicKey.ED25519).bytes(2, raw).toBytes();
    id = PeerId.ofPublicKey(publicKeyMessage);
  }

  /** A new one, of the platform's random numbers. */
  public static Identity generate() {
    try {
      return new Identity(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  /**
   * One of which the private key is known.
   *
   * @param pkcs8 the private key as PKCS#8 has it
   * @throws GeneralSecurityException when that is no Ed25519 key
   */
  public static Identity of(byte[] pkcs8) throws GeneralSecurityException {
    PrivateKey key =
        KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    byte[] seed = ((EdECPrivateKey) key).getBytes().orElseThrow();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
    KeyPair keys = generator.generateKeyPair();
    byte[] generated = ((EdECPrivateKey) keys.getPrivate()).getBytes().orElseThrow();
    if (!Arrays.equals(generated, seed)) {
      throw new GeneralSecurityException("the public key cannot be derived on this platform");
    }
    return new Identity(keys);
  }

  /** Name of the node. */
  public PeerId id() {
    return id;
  }

  /** A copy of the public key in libp2p's protobuf. */
  public byte[] publicKeyMessage() {
    return publicKeyMessage.clone();
  }

  /** The private key as PKCS#8 has it. */
  public byte[] toPkcs8() {
    return privateKey.getEncoded();
  }

  /** Signs some bytes: 64 bytes. */
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(privateKey);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing with Ed25519 failed", e);
    }
  }

  /**
   * Gives out a private key where a generator asks for a random one: the platform derives a public
   * key nowhere else.
   */
  private static final class Seed extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final byte[] seed;

    private Seed(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
