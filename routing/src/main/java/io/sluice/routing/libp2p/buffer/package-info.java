/** Memory for bytes that wait, all of it counted. */
package io.sluice.routing.libp2p.buffer;
