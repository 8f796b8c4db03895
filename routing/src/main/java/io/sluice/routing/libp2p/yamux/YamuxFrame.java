package io.sluice.routing.libp2p.yamux;

import io.sluice.routing.multiformat.MalformedException;
import java.nio.ByteBuffer;

/** Header of a frame: version, type, flags, stream and length, big endian, 12 bytes. */
final class YamuxFrame {
  static final int HEADER_BYTES = 12;

  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  /** First frame of a stream; of a ping, the question. */
  static final int SYN = 1;

  /** First frame of who accepts a stream; of a ping, the answer. */
  static final int ACK = 2;

  /** Last frame of this side. */
  static final int FIN = 4;

  /** The stream is no more. */
  static final int RST = 8;

  private static final int VERSION = 0;
  private static final long UNSIGNED = 0xffff_ffffL;

  int type;
  int flags;
  int stream;

  /** Bytes that follow, credit, value of a ping, or reason for going away. */
  long length;

  void read(ByteBuffer header) throws MalformedException {
    int version = header.get();
    type = header.get() & 0xff;
    flags = header.getShort() & 0xffff;
    stream = header.getInt();
    length = header.getInt() & UNSIGNED;
    if (version != VERSION) {
      throw new MalformedException("a yamux frame of version " + (version & 0xff));
    }
    if (type > GO_AWAY) {
      throw new MalformedException("a yamux frame of type " + type);
    }
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  static void write(ByteBuffer out, int type, int flags, int stream, int length) {
    out.put((byte) VERSION).put((byte) type).putShort((short) flags).putInt(stream).putInt(length);
  }
}
