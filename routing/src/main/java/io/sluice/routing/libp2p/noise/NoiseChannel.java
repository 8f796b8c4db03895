package io.sluice.routing.libp2p.noise;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.buffer.BufferBudget;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** One side of a secure channel: the handshake, then frames. Knows nothing of sockets. */
public final class NoiseChannel {
  /** What a frame adds to its payload, in bytes. */
  public static final int FRAME_OVERHEAD_BYTES = FrameAssembler.LENGTH_BYTES + ChaChaPoly.TAG_BYTES;

  private static final byte[] NOTHING = {};

  private final NoiseSelf self;
  private final boolean initiator;
  private final PeerId expected;
  private final NoiseListener listener;
  private final FrameAssembler frames;
  private NoiseHandshake handshake;
  private NoisePayload peerSays;
  private CipherState sender;
  private CipherState receiver;
  private long framesTaken;

  /**
   * A channel of which nothing has been sent.
   *
   * @param expected who has to be at the other end; null when it may be anybody
   * @param budget for frames that arrive in pieces
   */
  public NoiseChannel(
      NoiseSelf self,
      boolean initiator,
      PeerId expected,
      BufferBudget budget,
      NoiseListener listener) {
    this.self = self;
    this.initiator = initiator;
    this.expected = expected;
    this.listener = listener;
    frames = new FrameAssembler(budget);
    handshake =
        new NoiseHandshake(initiator, self.statics, DhKeys.generate(), NOTHING, self.engine);
  }

  /** Sends the first message, if it is this side's to send. */
  public void begin() throws IOException {
    if (initiator) {
      send(handshake.write(NOTHING));
    }
  }

  /**
   * Takes what has arrived.
   *
   * @throws IOException when it is not what the peer has to send; the connection has to be closed
   */
  public void onBytes(ByteBuffer in) throws IOException {
    while (!listener.isClosed()) {
      boolean secured = receiver != null;
      int max = secured ? FrameAssembler.FRAME_BYTES_MAX : HostLimits.HANDSHAKE_MESSAGE_BYTES;
      ByteBuffer frame = frames.next(in, max);
      if (frame == null) {
        return;
      }
      framesTaken++;
      if (secured) {
        open(frame);
      } else {
        byte[] message = new byte[frame.remaining()];
        frame.get(message);
        onHandshakeMessage(message);
      }
    }
  }

  /** Whether a frame has begun and not ended. */
  public boolean isWithinFrame() {
    return frames.heldBytes() > 0;
  }

  /** Whole frames that have arrived. */
  public long frames() {
    return framesTaken;
  }

  /**
   * Seals bytes into a frame.
   *
   * @param plain all that remains is taken; has an array, and at most 65,519 bytes
   * @param out has an array, and room for them and {@link #FRAME_OVERHEAD_BYTES}
   */
  public void seal(ByteBuffer plain, ByteBuffer out) throws AuthenticationException {
    int length = plain.remaining();
    out.putShort((short) (length + ChaChaPoly.TAG_BYTES));
    self.engine.seal(
        sender,
        NOTHING,
        plain.array(),
        plain.arrayOffset() + plain.position(),
        length,
        out.array(),
        out.arrayOffset() + out.position());
    plain.position(plain.limit());
    out.position(out.position() + length + ChaChaPoly.TAG_BYTES);
  }

  private void open(ByteBuffer frame) throws IOException {
    int length =
        self.engine.open(
            receiver,
            NOTHING,
            frame.array(),
            frame.arrayOffset() + frame.position(),
            frame.remaining(),
            self.opened,
            0);
    frames.release();
    if (length > 0) {
      listener.onOpened(ByteBuffer.wrap(self.opened, 0, length));
    }
  }

  private void onHandshakeMessage(byte[] message) throws IOException {
    byte[] payload = handshake.read(message);
    if (handshake.remoteStatic() != null) {
      hear(payload);
    }
    if (handshake.writesNext()) {
      send(handshake.write(self.payload));
    }
    if (handshake.isComplete()) {
      sender = handshake.sender();
      receiver = handshake.receiver();
      handshake = null;
      listener.onSecured(peerSays.peer(), agreedMuxer());
    }
  }

  private void hear(byte[] payload) throws MalformedException, AuthenticationException {
    peerSays = NoisePayload.verify(payload, handshake.remoteStatic());
    if (expected != null && !expected.equals(peerSays.peer())) {
      throw new AuthenticationException("expected " + expected + " and found " + peerSays.peer());
    }
  }

  /** The first of the initiator's list that the responder has as well. */
  private String agreedMuxer() {
    List<String> first = initiator ? self.muxers : peerSays.muxers();
    List<String> second = initiator ? peerSays.muxers() : self.muxers;
    for (String muxer : first) {
      if (second.contains(muxer)) {
        return muxer;
      }
    }
    return null;
  }

  private void send(byte[] message) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(FrameAssembler.LENGTH_BYTES + message.length);
    listener.onHandshakeMessage(frame.putShort((short) message.length).put(message).flip());
  }
}
