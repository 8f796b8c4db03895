package io.sluice.routing.libp2p.noise;

import io.sluice.routing.libp2p.identity.Curve25519;
import java.math.BigInteger;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;

/**
 * A peer's X25519 key as the platform's key agreement takes it. The platform's factory of keys
 * would compile a switch while it runs, which costs more memory than a hundred connections.
 */
final class DhPublicKey implements XECPublicKey {
  private static final long serialVersionUID = 1;

  private final BigInteger u;

  /** Of {@link DhKeys#BYTES} bytes, least significant first. */
  DhPublicKey(byte[] raw) {
    u = Curve25519.coordinate(raw);
  }

  @Override
  public BigInteger getU() {
    return u;
  }

  @Override
  public AlgorithmParameterSpec getParams() {
    return NamedParameterSpec.X25519;
  }

  @Override
  public String getAlgorithm() {
    return "X25519";
  }

  @Override
  public String getFormat() {
    return null;
  }

  @Override
  public byte[] getEncoded() {
    return null;
  }
}
