package io.sluice.containerd.http2;

import io.sluice.containerd.hpack.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A session without a socket, and what it has sent, frame by frame. */
final class SessionProbe {
  private static final int PREFACE_BYTES = 24;
  private static final List<Header> HEADERS = List.of(new Header(":method", "POST"));

  /** A frame that the session has sent. */
  record Sent(int type, int flags, int streamId, byte[] payload) {
    int number(int index) {
      return ByteBuffer.wrap(payload).getInt(index * Integer.BYTES);
    }
  }

  final Session session = new Session();

  /** A session that has said who it is. */
  SessionProbe() {
    session.start();
  }

  /** A session that the peer has answered with these settings. */
  static SessionProbe ready(int... settings) throws Http2Exception {
    SessionProbe probe = new SessionProbe();
    byte[] preface = probe.sentBytes();
    if (preface.length < PREFACE_BYTES) {
      throw new AssertionError("no preface");
    }
    probe.receive(new PeerFrames().settings(settings));
    probe.sentBytes();
    return probe;
  }

  void receive(PeerFrames frames) throws Http2Exception {
    receive(frames.toBytes(), Integer.MAX_VALUE);
  }

  void receive(byte[] bytes, int part) throws Http2Exception {
    for (int at = 0; at < bytes.length; at += Math.min(part, bytes.length)) {
      session.onBytes(ByteBuffer.wrap(bytes, at, Math.min(part, bytes.length - at)));
    }
  }

  SessionStream open(String request) throws StreamException {
    return session.open(HEADERS, request.getBytes(StandardCharsets.US_ASCII));
  }

  byte[] sentBytes() {
    ByteBuffer out = ByteBuffer.allocate(session.pending());
    session.drainTo(out);
    return out.array();
  }

  /** The frames that were sent since the last call. */
  List<Sent> sent() {
    List<Sent> frames = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(sentBytes());
    while (in.hasRemaining()) {
      int head = in.getInt();
      int flags = in.get();
      int streamId = in.getInt();
      byte[] payload = new byte[head >>> 8];
      in.get(payload);
      frames.add(new Sent(head & 0xff, flags, streamId, payload));
    }
    return frames;
  }

  /** All that a stream has received and was not read. */
  String read(SessionStream stream) {
    ByteBuffer out = ByteBuffer.allocate(stream.available());
    session.read(stream, out);
    return new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
  }
}
