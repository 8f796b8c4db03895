package io.sluice.server.store;

/**
 * Whether somebody can be served.
 *
 * @param ready whether
 * @param sentence why not, or what else there is to say
 */
public record Readiness(boolean ready, String sentence) {
  static final Readiness OPEN = new Readiness(true, "The node is ready.");
}
