package io.sluice.routing.host;

import java.nio.ByteBuffer;

/** Hears of one stream: first its opening, then bytes and its end. */
public interface StreamListener {
  /** The protocol is agreed upon; bytes may be sent, also from within this call. */
  void onOpen(PeerStream stream);

  /**
   * Bytes have arrived; borders between calls mean nothing.
   *
   * @param bytes to be read, or copied, before this returns; what is left unread is lost
   */
  void onData(ByteBuffer bytes);

  /** The peer sends no more; we still may. */
  void onEnd();

  /**
   * The stream is no more: it could not be opened, was reset, or its connection has ended. Nothing
   * follows. Not called after both sides have closed, nor after {@link PeerStream#reset}.
   *
   * @param reason in words, for the log
   */
  void onFailed(String reason);
}
