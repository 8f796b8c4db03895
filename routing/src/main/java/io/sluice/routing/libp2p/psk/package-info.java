/** A libp2p network of those who share a key: everything on a socket is encrypted with it. */
package io.sluice.routing.libp2p.psk;
