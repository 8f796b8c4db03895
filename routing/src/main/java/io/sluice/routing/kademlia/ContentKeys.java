package io.sluice.routing.kademlia;

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
    byte[] digests = new byte[texts.size() * Sha256.BYTES];
    int at = 0;
    for (String text : texts) {
      byte[] digest = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
      System.arraycopy(digest, 0, digests, at, Sha256.BYTES);
      at += Sha256.BYTES;
    }
    return new ContentKeys(digests);
  }

  /** The keys of one text each. */
  public static ContentKeys of(String... texts) {
    return of(Arrays.asList(texts));
  }

  /** How many there are. */
  public int size() {
    return digests.length / Sha256.BYTES;
  }

  /** Gives {@code receiver} one key after the other. */
  public void forEach(Consumer<ContentKey> receiver) {
    for (int at = 0; at < digests.length; at += Sha256.BYTES) {
      receiver.accept(ContentKey.ofDigest(digests, at));
    }
  }
}
