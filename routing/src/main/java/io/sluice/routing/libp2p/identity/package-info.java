/** Who a peer is: its Ed25519 key, and the file that this node's is kept in. */
package io.sluice.routing.libp2p.identity;
