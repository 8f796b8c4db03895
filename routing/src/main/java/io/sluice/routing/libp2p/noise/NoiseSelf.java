package io.sluice.routing.libp2p.noise;

import io.sluice.routing.libp2p.identity.Identity;
import java.util.List;

/**
 * What this node's handshakes have in common: a key that lives as long as the process, signed once,
 * and the engines and memory of the thread that does them.
 */
public final class NoiseSelf {
  final DhKeys statics = DhKeys.generate();
  final byte[] payload;
  final List<String> muxers;
  final ChaChaPoly engine = new ChaChaPoly();

  /** Where frames are decrypted; one at a time. */
  final byte[] opened = new byte[FrameAssembler.FRAME_BYTES_MAX];

  /** For one thread and a node with this identity. */
  public NoiseSelf(Identity identity, List<String> muxers) {
    this.muxers = List.copyOf(muxers);
    payload = NoisePayload.compose(identity, statics.publicKey(), muxers);
  }
}
