package io.sluice.containerd.hpack;

/**
 * One header field; each character stands for one byte.
 *
 * @param name in lower case if the peer obeys
 * @param value may be empty
 */
public record Header(String name, String value) {
  private static final int OVERHEAD_BYTES = 32;

  /** What the field counts for in tables and limits, RFC 7541 section 4.1. */
  public int size() {
    return name.length() + value.length() + OVERHEAD_BYTES;
  }
}
