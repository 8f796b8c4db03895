/**
 * Agreeing on a protocol: multistream-select 1.0. Knows nothing of sockets.
 *
 * @see <a href="https://github.com/multiformats/multistream-select">the specification</a>
 */
package io.sluice.routing.libp2p.multistream;
