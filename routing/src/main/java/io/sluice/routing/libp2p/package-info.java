/**
 * A libp2p host on TCP, on nothing but the JDK. From the socket upwards: {@code tcp} moves bytes on
 * one thread, {@code psk} keeps strangers out, {@code multistream} agrees on protocols, {@code
 * noise} proves who is there and encrypts, {@code yamux} makes streams of a connection, {@code
 * identify} says what a peer is. {@link io.sluice.routing.libp2p.HostLimits} has every bound.
 */
package io.sluice.routing.libp2p;
