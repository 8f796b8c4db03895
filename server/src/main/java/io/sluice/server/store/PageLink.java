package io.sluice.server.store;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The value of a {@code Link} field (RFC 8288) that leads to the next page of a listing. */
final class PageLink {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private final StringBuilder target = new StringBuilder();
  private char separator = '?';

  /** Starts with a path; characters that a path cannot hold are percent-encoded. */
  PageLink(String path) {
    encode(path);
  }

  /** Adds a query parameter, unless {@code value} is null or empty. */
  PageLink with(String name, String value) {
    if (value != null && !value.isEmpty()) {
      target.append(separator).append(name).append('=');
      encode(value);
      separator = '&';
    }
    return this;
  }

  /** {@code <target>; rel="next"}. */
  @Override
  public String toString() {
    return "<" + target + ">; rel=\"next\"";
  }

  private void encode(String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean alphanumeric = b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z';
      if (alphanumeric || b > 0 && "-._~/:".indexOf(b) >= 0) {
        target.append((char) b);
      } else {
        target.append('%').append(HEX.toHexDigits(b));
      }
    }
  }
}
