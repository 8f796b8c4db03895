/** Self-describing values of libp2p: varints, multihashes, content and peer ids, addresses. */
package io.sluice.routing.multiformat;
