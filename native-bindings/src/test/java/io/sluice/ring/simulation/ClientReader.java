package io.sluice.ring.simulation;

/** Sees what the far end of a connection receives, at the virtual time at which it is read. */
@FunctionalInterface
public interface ClientReader {
  /**
   * Bytes were read. May call every method of {@code connection}, and throw an {@link
   * AssertionError} when the bytes are wrong.
   *
   * @param bytes valid during the call only
   * @param length how many bytes of {@code bytes}, from 0, were read; at least 1
   */
  void onBytes(RemoteEnd connection, byte[] bytes, int length);

  /** The connection is established. */
  default void onConnected(RemoteEnd connection) {}

  /** The code under test has closed its sending side and everything was read. */
  default void onEnd(RemoteEnd connection) {}

  /** The connection was refused or reset; bytes that were not read are lost. */
  default void onReset(RemoteEnd connection) {}
}
