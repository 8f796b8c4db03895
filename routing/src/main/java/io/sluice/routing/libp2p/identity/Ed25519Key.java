package io.sluice.routing.libp2p.identity;

import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.NamedParameterSpec;

/**
 * An Ed25519 key as the platform's verification takes it, which says whether it is a point of the
 * curve. The platform's factory of keys would compile a switch while it runs, which costs more
 * memory than a hundred connections.
 */
final class Ed25519Key implements EdECPublicKey {
  private static final long serialVersionUID = 1;
  private static final int SIGN_BIT = 0x80;

  private final transient EdECPoint point;

  /** Of 32 bytes: y, least significant first, and in the highest bit whether x is odd. */
  Ed25519Key(byte[] raw) {
    boolean oddX = (raw[raw.length - 1] & SIGN_BIT) != 0;
    point = new EdECPoint(oddX, Curve25519.coordinate(raw));
  }

  @Override
  public EdECPoint getPoint() {
    return point;
  }

  @Override
  public NamedParameterSpec getParams() {
    return NamedParameterSpec.ED25519;
  }

  @Override
  public String getAlgorithm() {
    return "Ed25519";
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
