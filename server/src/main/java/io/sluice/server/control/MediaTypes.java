package io.sluice.server.control;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Media types by number, so that a reply can carry one and the data plane finds its bytes without
 * allocating. The control plane adds, every thread reads; at most {@link #CAPACITY} are kept, what
 * comes later is {@code application/octet-stream}.
 */
public final class MediaTypes {
  /** Distinct media types kept. */
  public static final int CAPACITY = 256;

  /** Number of {@code application/octet-stream}. */
  public static final int OCTET_STREAM = 0;

  private final Map<String, Integer> numbers = new HashMap<>();
  private volatile byte[][] types = new byte[0][];

  /** Creates the table with {@code application/octet-stream} in it. */
  public MediaTypes() {
    number("application/octet-stream");
  }

  /** The number of a media type; control plane only. */
  public synchronized int number(String mediaType) {
    Integer known = numbers.get(mediaType);
    if (known != null) {
      return known;
    }
    if (types.length == CAPACITY) {
      return OCTET_STREAM;
    }
    byte[][] more = Arrays.copyOf(types, types.length + 1);
    more[types.length] = mediaType.getBytes(StandardCharsets.US_ASCII);
    numbers.put(mediaType, types.length);
    types = more;
    return more.length - 1;
  }

  /** The media type with the given number, as it stands in {@code Content-Type}. */
  public byte[] bytes(int number) {
    return types[number];
  }
}
