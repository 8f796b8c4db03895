package io.sluice.server.control;

import java.lang.foreign.MemorySegment;

/** Receives the control plane's replies on the loop's thread. */
public interface ReplyHandler {
  /**
   * Handles one reply.
   *
   * @param type {@link ControlMessages#DESCRIBED} and following
   * @param slot connection it is for, as in the request
   * @param generation of the connection, as in the request
   * @param sequence of the request
   * @param value depends on the type
   * @param memory holds the payload, only until this method returns
   * @param offset of the payload
   * @param length of the payload
   * @return false when there is no room to act on it now: it will be delivered again
   */
  boolean onReply(
      int type,
      int slot,
      int generation,
      int sequence,
      int value,
      MemorySegment memory,
      long offset,
      int length);
}
