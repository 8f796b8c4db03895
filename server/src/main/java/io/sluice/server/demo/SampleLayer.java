package io.sluice.server.demo;

import io.sluice.server.store.Descriptor;
import io.sluice.server.store.MediaType;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A layer with one directory and one file of pseudo-random content, as a POSIX ustar archive
 * (pax(1), ustar interchange format).
 */
final class SampleLayer {
  /** Largest file that the size field of a ustar header can express. */
  static final long FILE_BYTES_MAX = (8L << 30) - 1;

  private static final int RECORD_BYTES = 512;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long MODIFIED_SECONDS = 1_704_067_200L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private SampleLayer() {}

  /** Writes layer {@code number} of the image with {@code seed}. */
  static Descriptor write(BlobWriter blobs, int number, long fileBytes, long seed)
      throws IOException {
    return blobs.write(
        MediaType.OCI_LAYER_TAR,
        out -> {
          out.write(header("sample/", '5', 0755, 0));
          out.write(header("sample/layer-" + number + ".bin", '0', 0644, fileBytes));
          writeRandom(out, fileBytes, seed * 1_000_003 + number);
          int padding = (int) (-fileBytes & (RECORD_BYTES - 1));
          out.write(new byte[padding + 2 * RECORD_BYTES]);
        });
  }

  private static byte[] header(String name, char type, int mode, long size) {
    byte[] header = new byte[RECORD_BYTES];
    put(header, 0, name);
    put(header, 100, String.format("%07o", mode));
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, String.format("%011o", size));
    put(header, 136, String.format("%011o", MODIFIED_SECONDS));
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = (byte) type;
    put(header, 257, "ustar\00000");
    put(header, 265, "root");
    put(header, 297, "root");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format("%06o\0", sum));
    return header;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }

  /** Four independent xorshift64* generators, so that the processor overlaps them. */
  private static void writeRandom(OutputStream out, long length, long seed) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long a = start(seed, 1);
    long b = start(seed, 2);
    long c = start(seed, 3);
    long d = start(seed, 4);
    for (long written = 0; written < length; written += BUFFER_BYTES) {
      for (int i = 0; i < BUFFER_BYTES; i += 32) {
        a = next(a);
        b = next(b);
        c = next(c);
        d = next(d);
        LONG.set(buffer, i, a * 0x2545f4914f6cdd1dL);
        LONG.set(buffer, i + 8, b * 0x2545f4914f6cdd1dL);
        LONG.set(buffer, i + 16, c * 0x2545f4914f6cdd1dL);
        LONG.set(buffer, i + 24, d * 0x2545f4914f6cdd1dL);
      }
      out.write(buffer, 0, (int) Math.min(BUFFER_BYTES, length - written));
    }
  }

  /** A start value that is never 0, where xorshift would stay. */
  private static long start(long seed, long lane) {
    long z = seed * 0x9e3779b97f4a7c15L + lane * 0xd1342543de82ef95L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return (z ^ (z >>> 31)) | 1;
  }

  private static long next(long state) {
    long x = state;
    x ^= x >>> 12;
    x ^= x << 25;
    return x ^ (x >>> 27);
  }
}
