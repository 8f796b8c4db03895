package io.sluice.routing.libp2p;

import io.sluice.routing.libp2p.buffer.BufferBudget;
import io.sluice.routing.libp2p.buffer.TotalBudget;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.libp2p.multistream.MultistreamDialer;
import io.sluice.routing.libp2p.noise.NoiseChannel;
import io.sluice.routing.libp2p.noise.NoiseListener;
import io.sluice.routing.libp2p.noise.NoiseSelf;
import io.sluice.routing.libp2p.tcp.Link;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** The other end of a connection: may do everything right, and then something else. */
final class Attacker implements Link, NoiseListener {
  private static final int HUGE_BYTES = 1 << 24;

  private final Victim victim;
  private final Connection connection;
  private final NoiseChannel noise;
  private final ByteArrayOutputStream fromVictim = new ByteArrayOutputStream();

  /** What the victim has said within the channel. */
  final ByteArrayOutputStream opened = new ByteArrayOutputStream();

  boolean reads = true;
  boolean closed;
  private boolean secured;

  /** One that names these muxers in the handshake, on a connection that either side has dialed. */
  Attacker(Victim victim, Connection connection, List<String> muxers) {
    this.victim = victim;
    this.connection = connection;
    NoiseSelf self = new NoiseSelf(Identity.generate(), muxers);
    BufferBudget budget = new BufferBudget(new TotalBudget(HUGE_BYTES, () -> {}), HUGE_BYTES);
    noise = new NoiseChannel(self, !connection.isOutbound(), null, budget, this);
  }

  Connection connection() {
    return connection;
  }

  /** Sends bytes as they are. */
  void raw(byte[] bytes) {
    connection.onBytes(ByteBuffer.wrap(bytes.clone()));
    victim.scheduler.runTasks();
  }

  void raw(String text) {
    raw(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Does what an honest peer does, until streams can be opened, or a muxer be agreed on. */
  Attacker shakeHands() throws IOException {
    if (connection.isOutbound()) {
      connection.onConnected();
      fromVictim.reset();
      // What is proposed and what is answered are the same bytes.
      raw(bytes(new MultistreamDialer(HostContext.NOISE).opening()));
      hear();
    } else {
      raw(bytes(new MultistreamDialer(HostContext.NOISE).opening()));
      fromVictim.reset();
      noise.begin();
    }
    hear();
    if (!secured) {
      throw new IllegalStateException("the handshake failed");
    }
    return this;
  }

  private void hear() throws IOException {
    byte[] heard = fromVictim.toByteArray();
    fromVictim.reset();
    noise.onBytes(ByteBuffer.wrap(heard));
  }

  /** A frame of the channel. */
  byte[] sealed(byte[] plain) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(plain.length + NoiseChannel.FRAME_OVERHEAD_BYTES);
    noise.seal(ByteBuffer.wrap(plain), out);
    return out.array();
  }

  /** Sends yamux frames in hexadecimal. */
  void frames(String hex) throws IOException {
    raw(sealed(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  /** Opens a stream and proposes a protocol on it. */
  void open(int stream, String protocol) throws IOException {
    data(stream, 1, bytes(new MultistreamDialer(protocol).opening()));
  }

  /** Sends data on a stream. */
  void data(int stream, int flags, byte[] bytes) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(12 + bytes.length);
    frame.putShort((short) 0).putShort((short) flags).putInt(stream).putInt(bytes.length);
    raw(sealed(frame.put(bytes).array()));
  }

  /** What the victim has said so far in yamux frames, in hexadecimal. */
  String heard() throws IOException {
    hear();
    return HexFormat.of().formatHex(opened.toByteArray());
  }

  @Override
  public Multiaddr remoteAddress() {
    try {
      return Multiaddr.parse("/ip4/192.0.2.66/tcp/666");
    } catch (MalformedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void write(ByteBuffer bytes) {
    fromVictim.writeBytes(bytes(bytes));
  }

  @Override
  public boolean isBlocked() {
    return !reads;
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void onHandshakeMessage(ByteBuffer message) {
    raw(bytes(message));
  }

  @Override
  public void onSecured(PeerId peer, String muxer) {
    secured = true;
  }

  @Override
  public void onOpened(ByteBuffer bytes) {
    opened.writeBytes(bytes(bytes));
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return copy;
  }
}
