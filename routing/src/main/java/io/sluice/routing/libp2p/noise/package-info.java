/**
 * The secure channel {@code /noise}: the handshake Noise_XX_25519_ChaChaPoly_SHA256, in which both
 * sides prove who they are, and frames of at most 64 KiB.
 *
 * @see <a href="https://noiseprotocol.org/noise.html">the Noise framework</a>
 * @see <a href="https://github.com/libp2p/specs/blob/master/noise/README.md">noise-libp2p</a>
 */
package io.sluice.routing.libp2p.noise;
