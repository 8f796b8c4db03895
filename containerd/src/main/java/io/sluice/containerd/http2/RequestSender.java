package io.sluice.containerd.http2;

import java.nio.ByteBuffer;
import java.util.Collection;

/** Sends requests as far as the peer's windows allow. */
final class RequestSender {
  private final FrameWriter writer;
  private final PeerSettings peer;

  /** What may be sent on all streams together. */
  private long sendWindow = Frame.WINDOW_BYTES_DEFAULT;

  RequestSender(FrameWriter writer, PeerSettings peer) {
    this.writer = writer;
    this.peer = peer;
  }

  /** Changes the connection's window; false when it grew beyond what the protocol allows. */
  boolean addSendWindow(int bytes) {
    sendWindow += bytes;
    return sendWindow <= Integer.MAX_VALUE;
  }

  /** Goes on with all requests. */
  void send(Collection<SessionStream> streams) {
    for (SessionStream stream : streams) {
      send(stream);
    }
  }

  /** Goes on with a request. */
  void send(SessionStream stream) {
    ByteBuffer request = stream.request();
    while (!stream.requestSent()) {
      long window = Math.min(sendWindow, stream.sendWindow());
      // An empty frame is free, so the end of an empty request needs no window.
      if (window <= 0 && request.hasRemaining()) {
        return;
      }
      int length = (int) Math.min(Math.min(window, peer.frameBytesMax()), request.remaining());
      length = Math.max(length, 0);
      ByteBuffer part = request.slice(request.position(), length);
      request.position(request.position() + length);
      writer.data(stream.id, part, !request.hasRemaining());
      sendWindow -= length;
      stream.addSendWindow(-length);
      if (!request.hasRemaining()) {
        stream.onRequestSent();
      }
    }
  }
}
