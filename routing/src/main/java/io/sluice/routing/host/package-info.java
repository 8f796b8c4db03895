/**
 * The seam between Kademlia and the network below it: peers, connections and streams, without a
 * word about how they are made. Everything here happens on one thread, that of a {@link
 * io.sluice.routing.host.Scheduler}, so that nothing above it needs a lock, and a simulation can
 * give it virtual time.
 */
package io.sluice.routing.host;
