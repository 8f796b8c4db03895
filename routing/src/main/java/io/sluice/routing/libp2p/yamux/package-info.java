/**
 * Many streams over one connection: {@code /yamux/1.0.0}. Knows nothing of sockets.
 *
 * @see <a href="https://github.com/hashicorp/yamux/blob/master/spec.md">the specification</a>
 */
package io.sluice.routing.libp2p.yamux;
