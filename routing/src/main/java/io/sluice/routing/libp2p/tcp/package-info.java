/**
 * Sockets, names, and the one thread that serves all of them. {@link
 * io.sluice.routing.libp2p.tcp.Reactor} is the {@link io.sluice.routing.host.Scheduler} of a real
 * node.
 */
package io.sluice.routing.libp2p.tcp;
