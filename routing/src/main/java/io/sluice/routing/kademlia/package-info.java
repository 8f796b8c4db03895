/**
 * Kademlia as go-libp2p-kad-dht speaks it: who is near a key, and who has said to have its content.
 * Everything runs on the thread of one {@link io.sluice.routing.host.Scheduler}; nothing here
 * blocks, locks or trusts what a peer sends.
 */
package io.sluice.routing.kademlia;
