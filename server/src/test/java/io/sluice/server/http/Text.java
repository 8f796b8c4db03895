package io.sluice.server.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Text in memory whose bounds are the text's, so that touching a byte beyond it throws. */
final class Text {
  static final String DIGEST_HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  static final String SHA256 = "sha256:" + DIGEST_HEX;
  static final String SHA512 = "sha512:" + DIGEST_HEX + DIGEST_HEX;

  private Text() {}

  /** Native memory that holds exactly the text, one byte per character. */
  static MemorySegment memory(String text) {
    return memory(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Native memory that holds exactly the bytes. */
  static MemorySegment memory(byte[] bytes) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, bytes.length), 1);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
    return memory.asSlice(0, bytes.length);
  }

  static String string(MemorySegment memory, long offset, int length) {
    byte[] bytes = memory.asSlice(offset, length).toArray(JAVA_BYTE);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A parsed request, which must have been accepted. */
  static RequestHead accepted(MemorySegment memory) {
    RequestHead head = new RequestHead();
    int length = HeadScanner.scan(memory, 0, (int) memory.byteSize(), 0);
    int status = length > 0 ? head.parse(memory, 0, length) : HttpError.status(length);
    if (status != 0) {
      throw new AssertionError("refused with " + status + ": " + head.problem());
    }
    return head;
  }

  /** The status a request is refused with, by the scanner or the parser; 0 when it is accepted. */
  static int status(String request) {
    MemorySegment memory = memory(request);
    int length = HeadScanner.scan(memory, 0, (int) memory.byteSize(), 0);
    if (length == 0) {
      throw new AssertionError("incomplete: " + request);
    }
    return length < 0 ? HttpError.status(length) : new RequestHead().parse(memory, 0, length);
  }
}
