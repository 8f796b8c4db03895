package io.sluice.routing.libp2p.noise;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.buffer.BufferBudget;
import io.sluice.routing.libp2p.buffer.TotalBudget;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.multiformat.PeerId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** One side of a channel without a socket. */
final class ChannelSide implements NoiseListener {
  final Identity identity = Identity.generate();
  final BufferBudget budget =
      new BufferBudget(
          new TotalBudget(HostLimits.TOTAL_BUFFER_BYTES, () -> {}),
          HostLimits.CONNECTION_BUFFER_BYTES);
  final NoiseChannel channel;
  PeerId peer;
  String muxer;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  ChannelSide(boolean initiator, List<String> muxers, PeerId expected) {
    channel = new NoiseChannel(new NoiseSelf(identity, muxers), initiator, expected, budget, this);
  }

  static void shake(ChannelSide initiator, ChannelSide responder) throws IOException {
    initiator.channel.begin();
    responder.channel.onBytes(ByteBuffer.wrap(initiator.takeOutput()));
    initiator.channel.onBytes(ByteBuffer.wrap(responder.takeOutput()));
    responder.channel.onBytes(ByteBuffer.wrap(initiator.takeOutput()));
  }

  void seal(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(length + NoiseChannel.FRAME_OVERHEAD_BYTES);
    channel.seal(ByteBuffer.wrap(bytes, offset, length), out);
    output.write(out.array());
  }

  byte[] takeOutput() {
    byte[] bytes = output.toByteArray();
    output.reset();
    return bytes;
  }

  byte[] received() {
    return received.toByteArray();
  }

  @Override
  public void onHandshakeMessage(ByteBuffer message) {
    output.write(message.array(), message.position(), message.remaining());
  }

  @Override
  public void onSecured(PeerId securedPeer, String agreed) {
    peer = securedPeer;
    muxer = agreed;
  }

  @Override
  public void onOpened(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    received.writeBytes(copy);
  }

  @Override
  public boolean isClosed() {
    return false;
  }
}
