package io.sluice.server.transfer;

/** CPUs that could take on work of a loop, since the loops that they are for have little to do. */
@FunctionalInterface
public interface SpareCpus {
  /** How many there are now; the loop's own thread's to ask. */
  int count(long nowNs);
}
