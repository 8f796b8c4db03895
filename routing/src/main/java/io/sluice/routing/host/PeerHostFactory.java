package io.sluice.routing.host;

import java.io.IOException;
import java.util.ServiceLoader;

/**
 * Makes hosts. Implementations are found by {@link ServiceLoader}, so that another libp2p can take
 * the place of the one that is included.
 */
public interface PeerHostFactory {
  /** Name by which it can be chosen, such as {@code libp2p}. */
  String name();

  /**
   * Makes a host and its thread.
   *
   * @throws IOException when the settings do not allow that, in one sentence with the remedy
   */
  PeerNode create(HostSettings settings) throws IOException;

  /**
   * Finds a factory.
   *
   * @throws IOException when there is none of this name, naming those there are
   */
  static PeerHostFactory named(String name) throws IOException {
    StringBuilder others = new StringBuilder();
    for (PeerHostFactory factory : ServiceLoader.load(PeerHostFactory.class)) {
      if (factory.name().equals(name)) {
        return factory;
      }
      others.append(others.isEmpty() ? "" : ", ").append(factory.name());
    }
    throw new IOException(
        "there is no peer host '" + name + "' on the class path; choose one of: " + others);
  }
}
