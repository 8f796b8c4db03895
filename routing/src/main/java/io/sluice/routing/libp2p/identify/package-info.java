/** What a peer says of itself: {@code /ipfs/id/1.0.0} and {@code /ipfs/id/push/1.0.0}. */
package io.sluice.routing.libp2p.identify;
