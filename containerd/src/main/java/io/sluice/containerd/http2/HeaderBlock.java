package io.sluice.containerd.http2;

import io.sluice.containerd.hpack.HeaderList;
import io.sluice.containerd.hpack.HpackDecoder;
import io.sluice.containerd.hpack.HpackException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Puts a header block together from its frames, and decodes it. */
final class HeaderBlock {
  private final HpackDecoder decoder =
      new HpackDecoder(Http2Limits.HEADER_TABLE_BYTES, Http2Limits.HEADER_LIST_BYTES_MAX);

  /** Not null while a block is open. */
  private ByteArrayOutputStream parts;

  private int countedBytes;
  private int streamId;
  private boolean last;

  /** A HEADERS frame was seen, and its last CONTINUATION was not. */
  boolean isOpen() {
    return parts != null;
  }

  void begin(int streamId, boolean last) {
    this.streamId = streamId;
    this.last = last;
    parts = new ByteArrayOutputStream(256);
    countedBytes = 0;
  }

  /**
   * Takes what a frame has of the block. Frames count, too: an endless row of empty ones is long.
   */
  void add(ByteBuffer part) throws Http2Exception {
    countedBytes += Frame.HEAD_BYTES + part.remaining();
    if (countedBytes > Http2Limits.HEADER_BLOCK_BYTES_MAX) {
      throw new Http2Exception(
          ErrorCode.ENHANCE_YOUR_CALM,
          "a header block has more than " + Http2Limits.HEADER_BLOCK_BYTES_MAX + " bytes");
    }
    byte[] bytes = new byte[part.remaining()];
    part.get(bytes);
    parts.writeBytes(bytes);
  }

  /** Ends the block. */
  HeaderList decode() throws Http2Exception {
    byte[] whole = parts.toByteArray();
    parts = null;
    try {
      return decoder.decode(ByteBuffer.wrap(whole));
    } catch (HpackException e) {
      throw new Http2Exception(ErrorCode.COMPRESSION_ERROR, e.getMessage(), e);
    }
  }

  int streamId() {
    return streamId;
  }

  /** Whether the block ends its stream. */
  boolean isLast() {
    return last;
  }
}
