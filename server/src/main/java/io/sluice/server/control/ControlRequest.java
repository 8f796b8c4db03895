package io.sluice.server.control;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * A loop's request, copied out of the ring buffer.
 *
 * @param type see {@link ControlMessages}
 * @param slot of the connection
 * @param generation of the connection
 * @param sequence of the request
 * @param flags {@code FLAG_*}
 * @param number page size of a listing, -1 for none
 * @param texts by {@code TEXT_*}
 */
record ControlRequest(
    int type, int slot, int generation, int sequence, int flags, int number, String[] texts) {

  static ControlRequest read(int type, DirectBuffer buffer, int index) {
    String[] texts = new String[ControlMessages.TEXTS];
    int at = index + ControlMessages.REQUEST_HEADER_BYTES;
    for (int i = 0; i < texts.length; i++) {
      byte[] bytes = new byte[buffer.getInt(index + ControlMessages.TEXT_LENGTHS + 4 * i)];
      buffer.getBytes(at, bytes);
      texts[i] = new String(bytes, StandardCharsets.ISO_8859_1);
      at += bytes.length;
    }
    return new ControlRequest(
        type,
        buffer.getInt(index + ControlMessages.SLOT),
        buffer.getInt(index + ControlMessages.GENERATION),
        buffer.getInt(index + ControlMessages.SEQUENCE),
        buffer.getInt(index + ControlMessages.FLAGS),
        buffer.getInt(index + ControlMessages.NUMBER),
        texts);
  }

  String text(int which) {
    return texts[which];
  }

  /** The text, or null when it is empty. */
  String textOrNull(int which) {
    return texts[which].isEmpty() ? null : texts[which];
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }
}
