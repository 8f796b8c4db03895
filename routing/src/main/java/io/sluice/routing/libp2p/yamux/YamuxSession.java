package io.sluice.routing.libp2p.yamux;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.LimitException;
import io.sluice.routing.libp2p.buffer.BufferBudget;
import io.sluice.routing.libp2p.buffer.ByteQueue;
import io.sluice.routing.multiformat.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** One side of a yamux session: turns what arrives into events, and what is sent into frames. */
public final class YamuxSession {
  /** Code for {@link #goAway} when all is well. */
  public static final int NORMAL = 0;

  /** Code for {@link #goAway} when the peer has violated the protocol. */
  public static final int PROTOCOL_ERROR = 1;

  /** Credit beyond this no implementation gives; adding it up must not overflow. */
  private static final long SEND_WINDOW_MAX = 1L << 32;

  private final boolean client;
  private final YamuxListener listener;
  private final BufferBudget budget;
  private final YamuxStreams streams;
  private final ArrayDeque<YamuxStream> ready = new ArrayDeque<>();
  private final ByteBuffer scratch = ByteBuffer.allocate(YamuxFrame.HEADER_BYTES);
  private final ByteQueue control;
  private final YamuxFrame frame = new YamuxFrame();
  private ByteBuffer header;
  private long dataLeft;
  private YamuxStream dataStream;
  private int nextId;
  private boolean peerGoneAway;
  private boolean goneAway;
  private boolean overflowed;

  /**
   * A session without streams.
   *
   * @param client whether this side has dialed
   */
  public YamuxSession(boolean client, YamuxListener listener, BufferBudget budget) {
    this.client = client;
    this.listener = listener;
    this.budget = budget;
    streams = new YamuxStreams(client);
    nextId = client ? 1 : 2;
    control = new ByteQueue(budget, HostLimits.CONTROL_BYTES);
  }

  /** Streams that are open, of both sides. */
  public int streams() {
    return streams.size();
  }

  /**
   * Opens a stream.
   *
   * @return null when there are too many, or the peer accepts no more
   */
  public YamuxStream open(YamuxStreamListener streamListener) {
    boolean exhausted = nextId < 0;
    if (peerGoneAway
        || goneAway
        || exhausted
        || streams.outbound() >= HostLimits.STREAMS_OUTBOUND) {
      return null;
    }
    YamuxStream stream = add(nextId, YamuxFrame.SYN);
    nextId += 2;
    stream.listener = streamListener;
    schedule(stream);
    return stream;
  }

  /** Asks the peer for a sign of life. */
  public void ping(int value) {
    control(YamuxFrame.PING, YamuxFrame.SYN, 0, value);
  }

  /** Says that no more streams are accepted. */
  public void goAway(int code) {
    goneAway = true;
    control(YamuxFrame.GO_AWAY, 0, 0, code);
  }

  /**
   * Takes what has arrived.
   *
   * @throws IOException when the peer violates the protocol or a limit; the connection has to be
   *     closed
   */
  public void onBytes(ByteBuffer in) throws IOException {
    while (in.hasRemaining() && !listener.isClosed()) {
      if (dataLeft > 0) {
        receiveData(in);
      } else if (readHeader(in)) {
        receiveFrame();
      }
      if (overflowed) {
        throw new LimitException("the peer causes answers and does not take them");
      }
    }
  }

  /** Whether {@link #fill} has something. */
  public boolean hasOutput() {
    return !control.isEmpty() || !ready.isEmpty();
  }

  /** Who hears of the streams that are open now. */
  public List<YamuxStreamListener> listeners() {
    if (streams.size() == 0) {
      return List.of();
    }
    List<YamuxStreamListener> listeners = new ArrayList<>(streams.size());
    for (YamuxStream stream : streams.all()) {
      listeners.add(stream.listener);
    }
    return listeners;
  }

  /** Writes as much as fits of what is to be sent. */
  public void fill(ByteBuffer out) {
    control.moveTo(out, out.remaining() / YamuxFrame.HEADER_BYTES * YamuxFrame.HEADER_BYTES);
    // A data frame and the end of the stream.
    while (out.remaining() > 2 * YamuxFrame.HEADER_BYTES && !ready.isEmpty()) {
      YamuxStream stream = ready.poll();
      stream.scheduled = false;
      fill(stream, out);
      if (stream.hasOutput()) {
        schedule(stream);
      }
    }
  }

  /** Ends all streams; their listeners hear why. */
  public void close(String reason) {
    List<YamuxStream> open = streams.all();
    for (YamuxStream stream : open) {
      drop(stream);
    }
    control.clear();
    ready.clear();
    for (YamuxStream stream : open) {
      stream.listener.onFailed(reason);
    }
  }

  void schedule(YamuxStream stream) {
    if (!stream.scheduled && stream.hasOutput()) {
      stream.scheduled = true;
      ready.add(stream);
      listener.onOutput();
    }
  }

  void reset(YamuxStream stream) {
    boolean announced = stream.flagsDue != YamuxFrame.SYN;
    drop(stream);
    if (announced) {
      control(YamuxFrame.WINDOW_UPDATE, YamuxFrame.RST, stream.id, 0);
    }
  }

  private void fill(YamuxStream stream, ByteBuffer out) {
    if (stream.closed) {
      return;
    }
    int room = out.remaining() - 2 * YamuxFrame.HEADER_BYTES;
    int length = (int) Math.min(Math.min(stream.queue.size(), stream.sendWindow), room);
    if (length > 0 || stream.flagsDue == YamuxFrame.SYN) {
      int type = length > 0 ? YamuxFrame.DATA : YamuxFrame.WINDOW_UPDATE;
      YamuxFrame.write(out, type, stream.takeFlags(), stream.id, length);
      stream.queue.moveTo(out, length);
      stream.sendWindow -= length;
    }
    // Its own frame: go wakes readers up for the flag before it takes the data of the same frame.
    if (stream.ended && !stream.endSent && stream.queue.isEmpty()) {
      int flags = stream.takeFlags() | YamuxFrame.FIN;
      YamuxFrame.write(out, YamuxFrame.WINDOW_UPDATE, flags, stream.id, 0);
      stream.endSent = true;
      dropIfBothEnded(stream);
    }
  }

  private boolean readHeader(ByteBuffer in) throws MalformedException {
    if (header == null) {
      if (in.remaining() >= YamuxFrame.HEADER_BYTES) {
        frame.read(in);
        return true;
      }
      header = ByteBuffer.allocate(YamuxFrame.HEADER_BYTES);
    }
    while (header.hasRemaining() && in.hasRemaining()) {
      header.put(in.get());
    }
    if (header.hasRemaining()) {
      return false;
    }
    frame.read(header.flip());
    header = null;
    return true;
  }

  private void receiveFrame() throws IOException {
    switch (frame.type) {
      case YamuxFrame.PING -> {
        if (frame.has(YamuxFrame.SYN)) {
          control(YamuxFrame.PING, YamuxFrame.ACK, 0, (int) frame.length);
        } else {
          listener.onPong();
        }
      }
      case YamuxFrame.GO_AWAY -> {
        peerGoneAway = true;
        listener.onGoAway(frame.length);
      }
      default -> receiveStreamFrame();
    }
  }

  private void receiveStreamFrame() throws IOException {
    if (frame.has(YamuxFrame.SYN)) {
      accept();
    }
    // Unknown: it was reset, or was refused; what the peer had sent before it knew is passed over.
    YamuxStream stream = streams.get(frame.stream);
    if (frame.type == YamuxFrame.WINDOW_UPDATE) {
      if (stream != null) {
        receiveCredit(stream);
        receiveFlags(stream);
      }
      return;
    }
    int window = stream == null ? HostLimits.STREAM_WINDOW_BYTES : stream.receiveWindow;
    if (frame.length > window) {
      throw new LimitException(
          "a yamux frame of " + frame.length + " bytes, where " + window + " were allowed");
    }
    if (stream != null && frame.length > 0 && stream.peerEnded) {
      throw new MalformedException("the peer sends on a stream that it has ended");
    }
    if (frame.length > 0) {
      dataLeft = frame.length;
      dataStream = stream;
    } else if (stream != null) {
      receiveFlags(stream);
    }
  }

  private void accept() throws MalformedException {
    boolean clientsId = (frame.stream & 1) == 1;
    if (frame.stream == 0 || clientsId == client) {
      throw new MalformedException("the peer opens stream " + frame.stream + ", which it must not");
    }
    if (streams.get(frame.stream) != null) {
      throw new MalformedException("the peer opens stream " + frame.stream + " twice");
    }
    if (goneAway || streams.inbound() >= HostLimits.STREAMS_INBOUND) {
      control(YamuxFrame.WINDOW_UPDATE, YamuxFrame.RST, frame.stream, 0);
      return;
    }
    YamuxStream stream = add(frame.stream, YamuxFrame.ACK);
    stream.listener = listener.onStream(stream);
  }

  private void receiveCredit(YamuxStream stream) throws MalformedException {
    // With RST, it is an error code.
    if (frame.length > 0 && !frame.has(YamuxFrame.RST)) {
      stream.sendWindow += frame.length;
      if (stream.sendWindow > SEND_WINDOW_MAX) {
        throw new MalformedException("the peer gives more credit than a window can have");
      }
      schedule(stream);
    }
  }

  private void receiveFlags(YamuxStream stream) {
    if (frame.has(YamuxFrame.RST)) {
      drop(stream);
      stream.listener.onFailed("the peer has reset the stream");
    } else if (frame.has(YamuxFrame.FIN) && !stream.peerEnded) {
      stream.peerEnded = true;
      stream.listener.onEnd();
      dropIfBothEnded(stream);
    }
  }

  private void receiveData(ByteBuffer in) {
    int length = (int) Math.min(dataLeft, in.remaining());
    YamuxStream stream = dataStream;
    dataLeft -= length;
    if (stream == null || stream.closed) {
      in.position(in.position() + length);
    } else {
      int end = in.position() + length;
      stream.receiveWindow -= length;
      stream.listener.onData(in.slice(in.position(), length));
      in.position(end);
      giveCredit(stream);
    }
    if (dataLeft == 0) {
      dataStream = null;
      if (stream != null && !stream.closed) {
        receiveFlags(stream);
      }
    }
  }

  private void giveCredit(YamuxStream stream) {
    int used = HostLimits.STREAM_WINDOW_BYTES - stream.receiveWindow;
    // Not below what the frame that is arriving has been allowed.
    if (!stream.closed && used >= HostLimits.STREAM_WINDOW_BYTES / 2) {
      stream.receiveWindow += used;
      control(YamuxFrame.WINDOW_UPDATE, stream.takeFlags(), stream.id, used);
    }
  }

  private YamuxStream add(int id, int flagsDue) {
    ByteQueue queue = new ByteQueue(budget, HostLimits.STREAM_SEND_BYTES);
    YamuxStream stream = new YamuxStream(id, this, queue, flagsDue);
    streams.add(stream);
    return stream;
  }

  private void dropIfBothEnded(YamuxStream stream) {
    if (stream.endSent && stream.peerEnded) {
      drop(stream);
    }
  }

  private void drop(YamuxStream stream) {
    if (!stream.closed) {
      stream.closed = true;
      stream.queue.clear();
      streams.remove(stream);
    }
  }

  private void control(int type, int flags, int stream, int length) {
    scratch.clear();
    YamuxFrame.write(scratch, type, flags, stream, length);
    overflowed |= !control.append(scratch.flip());
    listener.onOutput();
  }
}
