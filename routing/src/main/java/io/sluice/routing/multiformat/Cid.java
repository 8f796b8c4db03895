package io.sluice.routing.multiformat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Content identifier, version 1: what kind of content it is, and its multihash. Immutable. */
public final class Cid {
  /** Content without structure. */
  public static final int RAW = 0x55;

  /** A public key of libp2p. */
  public static final int LIBP2P_KEY = 0x72;

  private static final int VERSION = 1;
  private static final int TEXT_CHARS_MAX = 256;

  private final long codec;
  private final byte[] multihash;

  private Cid(long codec, byte[] multihash) {
    this.codec = codec;
    this.multihash = multihash;
  }

  /** The id under which a key of the content router is advertised: raw, SHA2-256 of its UTF-8. */
  public static Cid ofKey(String key) {
    return new Cid(RAW, Multihash.sha256(key.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * An id made of its parts.
   *
   * @throws MalformedException when the multihash is none
   */
  public static Cid of(long codec, byte[] multihash) throws MalformedException {
    Multihash.check(multihash);
    return new Cid(codec, multihash.clone());
  }

  /**
   * Reads the binary form.
   *
   * @throws MalformedException when it is not version 1, or cut short, or more follows
   */
  public static Cid of(byte[] bytes) throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long version = Varint.read(in);
    if (version != VERSION) {
      throw new MalformedException("a CID of version " + version + ", not " + VERSION);
    }
    long codec = Varint.read(in);
    byte[] multihash = Arrays.copyOfRange(bytes, in.position(), bytes.length);
    Multihash.check(multihash);
    return new Cid(codec, multihash);
  }

  /**
   * Reads the text form in base32 ({@code b...}) or base58 ({@code z...}).
   *
   * @throws MalformedException when it is neither
   */
  public static Cid parse(String text) throws MalformedException {
    if (text.length() > TEXT_CHARS_MAX) {
      throw new MalformedException("a CID of more than " + TEXT_CHARS_MAX + " characters");
    }
    if (text.startsWith("b")) {
      return of(Base32.decode(text.substring(1)));
    }
    if (text.startsWith("z")) {
      return of(Base58.decode(text.substring(1)));
    }
    throw new MalformedException("a CID begins with 'b' or 'z': '" + text + "'");
  }

  /** Kind of content. */
  public long codec() {
    return codec;
  }

  /** A copy of the multihash, which is what a DHT knows content by. */
  public byte[] multihash() {
    return multihash.clone();
  }

  /** The binary form. */
  public byte[] toBytes() {
    ByteBuffer out =
        ByteBuffer.allocate(Varint.size(VERSION) + Varint.size(codec) + multihash.length);
    Varint.write(out, VERSION);
    Varint.write(out, codec);
    return out.put(multihash).array();
  }

  /** The text form, in base32. */
  @Override
  public String toString() {
    return "b" + Base32.encode(toBytes());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cid that
        && codec == that.codec
        && Arrays.equals(multihash, that.multihash);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(codec) + Arrays.hashCode(multihash);
  }
}
