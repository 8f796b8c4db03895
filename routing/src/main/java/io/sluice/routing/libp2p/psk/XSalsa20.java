package io.sluice.routing.libp2p.psk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The XSalsa20 stream cipher of D. J. Bernstein, "Extending the Salsa20 nonce": key stream of 2^70
 * bytes for a key of 32 bytes and a nonce of 24. The platform has ChaCha20 only.
 */
final class XSalsa20 {
  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 24;

  private static final int ROUNDS = 20;
  private static final int WORDS = 16;
  private static final int BLOCK_BYTES = WORDS * Integer.BYTES;
  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** "expand 32-byte k", of which the four words stand on the diagonal. */
  private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  private final int[] input = new int[WORDS];
  private final byte[] block = new byte[BLOCK_BYTES];
  private int used = BLOCK_BYTES;

  XSalsa20(byte[] key, byte[] nonce) {
    int[] words = new int[WORDS];
    fill(words, key, nonce, 0);
    for (int i = 0; i < 4; i++) {
      words[6 + i] = (int) LITTLE_ENDIAN.get(nonce, Integer.BYTES * i);
    }
    rounds(words);
    // HSalsa20: the diagonal and the nonce's places are the key of what follows.
    byte[] derived = new byte[KEY_BYTES];
    for (int i = 0; i < 4; i++) {
      LITTLE_ENDIAN.set(derived, Integer.BYTES * i, words[5 * i]);
      LITTLE_ENDIAN.set(derived, Integer.BYTES * (4 + i), words[6 + i]);
    }
    fill(input, derived, nonce, 16);
  }

  private static void fill(int[] words, byte[] key, byte[] nonce, int nonceOffset) {
    for (int i = 0; i < 4; i++) {
      words[5 * i] = SIGMA[i];
      words[1 + i] = (int) LITTLE_ENDIAN.get(key, Integer.BYTES * i);
      words[11 + i] = (int) LITTLE_ENDIAN.get(key, Integer.BYTES * (4 + i));
    }
    words[6] = (int) LITTLE_ENDIAN.get(nonce, nonceOffset);
    words[7] = (int) LITTLE_ENDIAN.get(nonce, nonceOffset + Integer.BYTES);
  }

  /** Encrypts or decrypts in place what follows on the stream. */
  void apply(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (used == BLOCK_BYTES) {
        nextBlock();
      }
      bytes[i] ^= block[used++];
    }
  }

  private void nextBlock() {
    int[] words = input.clone();
    rounds(words);
    for (int i = 0; i < WORDS; i++) {
      LITTLE_ENDIAN.set(block, Integer.BYTES * i, words[i] + input[i]);
    }
    if (++input[8] == 0) {
      input[9]++;
    }
    used = 0;
  }

  private static void rounds(int[] x) {
    for (int i = 0; i < ROUNDS; i += 2) {
      quarter(x, 0, 4, 8, 12);
      quarter(x, 5, 9, 13, 1);
      quarter(x, 10, 14, 2, 6);
      quarter(x, 15, 3, 7, 11);
      quarter(x, 0, 1, 2, 3);
      quarter(x, 5, 6, 7, 4);
      quarter(x, 10, 11, 8, 9);
      quarter(x, 15, 12, 13, 14);
    }
  }

  private static void quarter(int[] x, int a, int b, int c, int d) {
    x[b] ^= Integer.rotateLeft(x[a] + x[d], 7);
    x[c] ^= Integer.rotateLeft(x[b] + x[a], 9);
    x[d] ^= Integer.rotateLeft(x[c] + x[b], 13);
    x[a] ^= Integer.rotateLeft(x[d] + x[c], 18);
  }
}
