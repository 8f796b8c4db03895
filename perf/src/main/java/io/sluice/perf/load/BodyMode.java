package io.sluice.perf.load;

/** What the load generator does with the bytes that it receives. */
public enum BodyMode {
  /**
   * The kernel discards them uncopied, so that the generator costs the server as little as can be.
   */
  DISCARD,
  /** They are copied out, and a whole blob's SHA-256 is compared. */
  VERIFY
}
