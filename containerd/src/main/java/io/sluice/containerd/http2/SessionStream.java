package io.sluice.containerd.http2;

import io.sluice.containerd.hpack.HeaderList;
import java.nio.ByteBuffer;

/** One request and its answer. Guarded by whatever guards the session. */
final class SessionStream {
  final int id;
  private final ByteBuffer request;
  private final ReceiveBuffer received = new ReceiveBuffer();
  private HeaderList headers;
  private HeaderList trailers;
  private boolean requestSent;
  private boolean answered;
  private StreamException failure;

  /** What we may still send; negative after the peer made its windows smaller. */
  private long sendWindow;

  /** What the peer may still send. */
  private int receiveWindow = Http2Limits.STREAM_WINDOW_BYTES;

  /** What was read and the peer was not told of. */
  private int unreported;

  SessionStream(int id, byte[] request, int sendWindow) {
    this.id = id;
    this.request = ByteBuffer.wrap(request);
    this.sendWindow = sendWindow;
  }

  // ---- the request

  /** What remains to be sent. */
  ByteBuffer request() {
    return request;
  }

  boolean requestSent() {
    return requestSent;
  }

  void onRequestSent() {
    requestSent = true;
  }

  long sendWindow() {
    return sendWindow;
  }

  /** Changes the window; false when it grew beyond what the protocol allows. */
  boolean addSendWindow(long bytes) {
    sendWindow += bytes;
    return sendWindow <= Integer.MAX_VALUE;
  }

  // ---- the answer

  /** Takes a decoded block; false when it may not come here. */
  boolean onHeaders(HeaderList block, boolean last) {
    if (headers != null) {
      trailers = block;
      answered = last;
      return last;
    }
    String status = block.firstOrNull(":status");
    if (status == null || status.length() != 3) {
      return false;
    }
    if (status.startsWith("1")) {
      return !last;
    }
    headers = block;
    if (last) {
      trailers = block;
      answered = true;
    }
    return true;
  }

  boolean hasHeaders() {
    return headers != null;
  }

  /**
   * Counts a DATA frame against the window; false when it is larger.
   *
   * @param bytes with padding
   */
  boolean takeWindow(int bytes) {
    receiveWindow -= bytes;
    return receiveWindow >= 0;
  }

  /**
   * Takes the payload of a DATA frame.
   *
   * @param padding what was sent beside it, which nobody has to read
   */
  void onData(ByteBuffer payload, int padding, boolean last) {
    received.put(payload);
    unreported += padding;
    answered = last;
  }

  /** Moves received bytes to {@code out}; how many. */
  int read(ByteBuffer out) {
    int moved = received.get(out);
    unreported += moved;
    return moved;
  }

  /** By how much the window should be opened now; zero if there is no need. */
  int takeWindowUpdate() {
    if (answered || failure != null || unreported < Http2Limits.STREAM_WINDOW_BYTES / 2) {
      return 0;
    }
    int update = unreported;
    receiveWindow += update;
    unreported = 0;
    return update;
  }

  void fail(StreamException cause) {
    if (failure == null && !answered) {
      failure = cause;
    }
  }

  StreamException failureOrNull() {
    return failure;
  }

  HeaderList headersOrNull() {
    return headers;
  }

  /** Null too when the answer ended without any. */
  HeaderList trailersOrNull() {
    return trailers;
  }

  /** Whether the peer has said its last. */
  boolean answered() {
    return answered;
  }

  int available() {
    return received.length();
  }
}
