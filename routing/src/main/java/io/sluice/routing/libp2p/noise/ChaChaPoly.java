package io.sluice.routing.libp2p.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * ChaCha20-Poly1305 of RFC 8439 with Noise's nonces. One pair of engines serves all connections of
 * a thread: they are set up anew for each message in any case, and a few kilobytes in size.
 */
public final class ChaChaPoly {
  /** What sealing adds, in bytes. */
  public static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;
  private static final int COUNTER_OFFSET = 4;
  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Cipher sealer;
  private final Cipher opener;
  private final byte[] nonce = new byte[NONCE_BYTES];

  /** A pair of engines, for one thread. */
  public ChaChaPoly() {
    try {
      sealer = Cipher.getInstance("ChaCha20-Poly1305");
      opener = Cipher.getInstance("ChaCha20-Poly1305");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has ChaCha20-Poly1305", e);
    }
  }

  /**
   * Encrypts and authenticates.
   *
   * @return bytes written: {@code length} and {@link #TAG_BYTES}
   */
  int seal(
      CipherState state, byte[] associated, byte[] in, int offset, int length, byte[] out, int at)
      throws AuthenticationException {
    try {
      init(sealer, Cipher.ENCRYPT_MODE, state, associated);
      return sealer.doFinal(in, offset, length, out, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  /**
   * Decrypts what is authentic.
   *
   * @return bytes written: {@code length} without {@link #TAG_BYTES}
   * @throws AuthenticationException when it is not
   */
  int open(
      CipherState state, byte[] associated, byte[] in, int offset, int length, byte[] out, int at)
      throws AuthenticationException {
    if (length < TAG_BYTES) {
      throw new AuthenticationException("a sealed message of " + length + " bytes");
    }
    try {
      init(opener, Cipher.DECRYPT_MODE, state, associated);
      return opener.doFinal(in, offset, length, out, at);
    } catch (AEADBadTagException e) {
      throw new AuthenticationException("a sealed message was tampered with, or out of order");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening failed", e);
    }
  }

  private void init(Cipher cipher, int mode, CipherState state, byte[] associated)
      throws GeneralSecurityException, AuthenticationException {
    LITTLE_ENDIAN.set(nonce, COUNTER_OFFSET, state.nextNonce());
    cipher.init(mode, state.key(), new IvParameterSpec(nonce));
    if (associated.length > 0) {
      cipher.updateAAD(associated);
    }
  }
}
