package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multihash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Keys, packed: 32 bytes each, so that a long list can wait to be taken over. Immutable. */
public final class ContentKeys {
  private final byte[] digests;

  private ContentKeys(byte[] digests) {
    this.digests = digests;
  }

  /** The keys of texts as {@link ContentKey#of} takes them. */
  public static ContentKeys of(List<String> texts) {
    byte[] digests = new byte[texts.size() * Multihash.SHA2_256_BYTES];
    int at = 0;
    for (String text : texts) {
      byte[] digest = Multihash.digest(text.getBytes(StandardCharsets.UTF_8));
      System.arraycopy(digest, 0, digests, at, Multihash.SHA2_256_BYTES);
      at += Multihash.SHA2_256_BYTES;
    }
    return new ContentKeys(digests);
  }

  /** The keys of one text each. */
  public static ContentKeys of(String... texts) {
    return of(Arrays.asList(texts));
  }

  /** How many there are. */
  public int size() {
    return digests.length / Multihash.SHA2_256_BYTES;
  }

  /** Gives {@code receiver} one key after the other. */
  public void forEach(Consumer<ContentKey> receiver) {
    for (int at = 0; at < digests.length; at += Multihash.SHA2_256_BYTES) {
      receiver.accept(ContentKey.ofDigest(digests, at));
    }
  }
}
