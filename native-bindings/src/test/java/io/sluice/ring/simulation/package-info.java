/**
 * A kernel made of memory and virtual time, for tests of everything that runs on a {@link
 * io.sluice.ring.Ring}.
 *
 * <p>{@link io.sluice.ring.simulation.SimulatedKernel} owns the clock, files, sockets and
 * descriptors; {@link io.sluice.ring.simulation.SimulatedRing} is the door to it that the code
 * under test uses. {@link io.sluice.ring.simulation.SimulatedClient} and {@link
 * io.sluice.ring.simulation.SimulatedPeer} are the other ends of its connections. {@link
 * io.sluice.ring.simulation.FaultPlan} says how hostile the kernel is. Everything is decided by one
 * seed: the same seed and the same calls give the same run, event by event. What the code under
 * test does wrong ends in an {@link java.lang.AssertionError} that names the seed.
 *
 * <p>One thread runs all of it. Memory is real: addresses given to the ring are native addresses.
 */
package io.sluice.ring.simulation;
