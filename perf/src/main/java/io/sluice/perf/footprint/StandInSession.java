package io.sluice.perf.footprint;

import io.sluice.containerd.hpack.Header;
import io.sluice.containerd.hpack.HpackDecoder;
import io.sluice.containerd.hpack.HpackEncoder;
import io.sluice.containerd.protobuf.MessageReader;
import io.sluice.containerd.protobuf.MessageWriter;
import io.sluice.containerd.protobuf.ProtobufException;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One connection to a {@link StandInContainerd}: the server's side of gRPC over HTTP/2 (RFC 9113),
 * for a client that keeps to the rules. One thread runs it; any may tell or close.
 */
final class StandInSession {
  private static final int PREFACE_BYTES = 24;
  private static final int FRAME_BYTES_MAX = 16 << 10;
  private static final int TABLE_BYTES = 4 << 10;
  private static final int LIST_BYTES = 16 << 10;
  private static final int WINDOW_BYTES = 65_535;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int END = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW_SIZE = 4;

  private static final String SUBSCRIBE = "/containerd.services.events.v1.Events/Subscribe";
  private static final String NOT_FOUND = "5";

  private final SocketChannel socket;
  private final StandInContainerd containerd;
  private final HpackDecoder hpack = new HpackDecoder(TABLE_BYTES, LIST_BYTES);
  private final Map<Integer, Call> calls = new HashMap<>();
  private long window = WINDOW_BYTES;
  private long initialWindow = WINDOW_BYTES;

  /** A call that is not answered to its end yet. */
  private static final class Call {
    private final String method;
    private final ByteBuffer question = ByteBuffer.allocate(FRAME_BYTES_MAX);
    private ByteBuffer answer = ByteBuffer.allocate(0);
    private long window;

    Call(String method, long window) {
      this.method = method;
      this.window = window;
    }

    boolean subscribes() {
      return method.equals(SUBSCRIBE);
    }
  }

  StandInSession(SocketChannel socket, StandInContainerd containerd) {
    this.socket = socket;
    this.containerd = containerd;
  }

  /** Answers until the client goes. */
  void run() {
    try (DataInputStream in = new DataInputStream(Channels.newInputStream(socket))) {
      in.readNBytes(PREFACE_BYTES);
      send(SETTINGS, 0, 0, new byte[0]);
      while (true) {
        int head = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[head >>> 8];
        in.readFully(payload);
        onFrame(head & 0xff, flags, stream, ByteBuffer.wrap(payload));
      }
    } catch (IOException gone) {
      close();
    }
  }

  void close() {
    try {
      socket.close();
    } catch (IOException closed) {
      // It is of no more use in any case.
      return;
    }
  }

  /** Sends a message to those calls that wait for events. */
  synchronized void tell(MessageWriter event) throws IOException {
    for (Map.Entry<Integer, Call> call : calls.entrySet()) {
      if (call.getValue().subscribes()) {
        send(DATA, 0, call.getKey(), framed(event));
      }
    }
  }

  private synchronized void onFrame(int type, int flags, int stream, ByteBuffer payload)
      throws IOException {
    switch (type) {
      case SETTINGS -> onSettings(flags, payload);
      case PING -> send(PING, ACK, 0, payload.array());
      case RST_STREAM -> calls.remove(stream);
      case HEADERS -> {
        String method = hpack.decode(payload).firstOrNull(":path");
        calls.put(stream, new Call(method, initialWindow));
      }
      case DATA -> {
        Call call = calls.get(stream);
        call.question.put(payload);
        if ((flags & END) != 0) {
          answer(stream, call);
        }
      }
      case WINDOW_UPDATE -> {
        int more = payload.getInt();
        if (stream == 0) {
          window += more;
        } else if (calls.containsKey(stream)) {
          calls.get(stream).window += more;
        }
        pump();
      }
      default -> {}
    }
  }

  private void onSettings(int flags, ByteBuffer payload) throws IOException {
    if ((flags & ACK) == 0) {
      while (payload.hasRemaining()) {
        int setting = payload.getShort();
        int value = payload.getInt();
        initialWindow = setting == INITIAL_WINDOW_SIZE ? value : initialWindow;
      }
      send(SETTINGS, ACK, 0, new byte[0]);
    }
  }

  private void answer(int stream, Call call) throws IOException {
    byte[] head =
        HpackEncoder.encode(
            List.of(new Header(":status", "200"), new Header("content-type", "application/grpc")));
    send(HEADERS, END_HEADERS, stream, head);
    if (call.subscribes()) {
      return;
    }
    Optional<MessageWriter> answer = containerd.answer(call.method, name(call.question.flip()));
    if (answer.isPresent()) {
      call.answer = ByteBuffer.wrap(framed(answer.get()));
      pump();
    } else {
      end(stream, NOT_FOUND);
      calls.remove(stream);
    }
  }

  /** What a question names, which is field 1 of those questions that name something. */
  private static String name(ByteBuffer question) throws ProtobufException {
    MessageReader in = new MessageReader(question.array(), 5, question.limit());
    return in.next() && in.field() == 1 ? in.text() : "";
  }

  /** Sends as much of the answers as the client wants. */
  private void pump() throws IOException {
    for (Map.Entry<Integer, Call> entry : List.copyOf(calls.entrySet())) {
      Call call = entry.getValue();
      boolean begun = call.answer.hasRemaining();
      while (call.answer.hasRemaining() && Math.min(window, call.window) > 0) {
        long most = Math.min(Math.min(window, call.window), FRAME_BYTES_MAX);
        byte[] part = new byte[(int) Math.min(most, call.answer.remaining())];
        call.answer.get(part);
        call.window -= part.length;
        window -= part.length;
        send(DATA, 0, entry.getKey(), part);
      }
      if (begun && !call.answer.hasRemaining()) {
        end(entry.getKey(), "0");
        calls.remove(entry.getKey());
      }
    }
  }

  private void end(int stream, String status) throws IOException {
    byte[] trailers = HpackEncoder.encode(List.of(new Header("grpc-status", status)));
    send(HEADERS, END_HEADERS | END, stream, trailers);
  }

  private static byte[] framed(MessageWriter message) {
    byte[] bytes = message.toBytes();
    ByteBuffer out = ByteBuffer.allocate(5 + bytes.length);
    return out.put((byte) 0).putInt(bytes.length).put(bytes).array();
  }

  private void send(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(9 + payload.length);
    out.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload).flip();
    while (out.hasRemaining()) {
      socket.write(out);
    }
  }
}
