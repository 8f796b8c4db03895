package io.sluice.routing.libp2p.noise;

import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.libp2p.buffer.BufferBudget;
import java.nio.ByteBuffer;

/**
 * Cuts a byte stream into frames: a length of two bytes, then that many. A frame that arrives whole
 * is given out where it lies; only one that is cut is copied, into memory that grows with what has
 * arrived of it and is given back after it.
 */
final class FrameAssembler {
  static final int LENGTH_BYTES = 2;
  static final int FRAME_BYTES_MAX = 65_535;

  private static final int HELD_BYTES_MIN = 512;

  private final BufferBudget budget;
  private byte[] held;
  private int heldBytes;

  FrameAssembler(BufferBudget budget) {
    this.budget = budget;
  }

  /** Bytes of a frame that has not arrived completely. */
  int heldBytes() {
    return heldBytes;
  }

  /**
   * Takes the next frame.
   *
   * @param frameBytesMax longest frame that is accepted
   * @return its content, valid until the next call; null when there is no whole one yet, and all
   *     that there was is taken
   */
  ByteBuffer next(ByteBuffer in, int frameBytesMax) throws LimitException {
    if (heldBytes == 0) {
      int whole = in.remaining() < LENGTH_BYTES ? -1 : length(in, in.position(), frameBytesMax);
      if (whole >= 0 && in.remaining() >= LENGTH_BYTES + whole) {
        ByteBuffer frame = in.slice(in.position() + LENGTH_BYTES, whole);
        in.position(in.position() + LENGTH_BYTES + whole);
        return frame;
      }
      release();
    }
    return assemble(in, frameBytesMax);
  }

  private ByteBuffer assemble(ByteBuffer in, int frameBytesMax) throws LimitException {
    hold(in, LENGTH_BYTES - heldBytes);
    if (heldBytes < LENGTH_BYTES) {
      return null;
    }
    int length = length(ByteBuffer.wrap(held), 0, frameBytesMax);
    hold(in, LENGTH_BYTES + length - heldBytes);
    if (heldBytes < LENGTH_BYTES + length) {
      return null;
    }
    heldBytes = 0;
    return ByteBuffer.wrap(held, LENGTH_BYTES, length);
  }

  /** Gives memory back that no frame needs. */
  void release() {
    if (held != null && heldBytes == 0) {
      budget.release(held.length);
      held = null;
    }
  }

  private static int length(ByteBuffer in, int at, int frameBytesMax) throws LimitException {
    int length = (in.get(at) & 0xff) << 8 | in.get(at + 1) & 0xff;
    if (length > frameBytesMax) {
      throw new LimitException(
          "a handshake message of " + length + " bytes, more than " + frameBytesMax);
    }
    return length;
  }

  private void hold(ByteBuffer in, int wanted) throws LimitException {
    int taken = Math.min(wanted, in.remaining());
    if (taken <= 0) {
      return;
    }
    int needed = heldBytes + taken;
    if (held == null || held.length < needed) {
      int capacity = held == null ? 0 : held.length;
      int grown = Math.max(needed, Math.max(HELD_BYTES_MIN, 2 * capacity));
      grown = Math.min(grown, LENGTH_BYTES + FRAME_BYTES_MAX);
      if (!budget.reserve(grown)) {
        throw new LimitException("no memory left for a frame that arrives in pieces");
      }
      byte[] larger = new byte[grown];
      if (capacity > 0) {
        System.arraycopy(held, 0, larger, 0, heldBytes);
        budget.release(capacity);
      }
      held = larger;
    }
    in.get(held, heldBytes, taken);
    heldBytes = needed;
  }
}
