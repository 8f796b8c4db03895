package io.sluice.ring.simulation;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The far end of a connection with the code under test: a client's or a peer's. Its methods act at
 * the current virtual time; use {@link SimulatedKernel#at} and {@link SimulatedKernel#after} to act
 * later.
 */
public class RemoteEnd {
  /** As fast as the other side allows. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private static final int CHUNK_BYTES_MAX = 64 << 10;

  /** A limited rate moves this many chunks per second, or single bytes. */
  private static final long CHUNKS_PER_SECOND = 10;

  private final SimulatedKernel kernel;
  private final ClientReader reader;
  private final Deque<Outgoing> outgoing = new ArrayDeque<>();
  private final byte[] chunk = new byte[CHUNK_BYTES_MAX];
  private SimulatedSocket socket;
  private VirtualClock.Event nextRead;
  private VirtualClock.Event nextSend;
  private long readRate = UNLIMITED;
  private long sendRate = UNLIMITED;
  private long receivedBytes;
  private long sentBytes;
  private long resetAtReceived = Long.MAX_VALUE;
  private long resetAtSent = Long.MAX_VALUE;
  private long stallAtSent = Long.MAX_VALUE;
  private long readAllowedAtNs;
  private boolean endWanted;
  private boolean endSent;
  private boolean endSeen;
  private boolean resetSeen;
  private boolean gone;

  RemoteEnd(SimulatedKernel kernel, ClientReader reader) {
    this.kernel = kernel;
    this.reader = reader;
  }

  // What a script may do.

  /** Sends {@code bytes} after everything that was given before. */
  public final void send(byte[] bytes) {
    send(SimulatedContent.of(bytes), 0, bytes.length);
  }

  /** Sends {@code text}, one byte per character. */
  public final void send(String text) {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends {@code length} bytes of {@code content} from {@code offset}. */
  public final void send(SimulatedContent content, long offset, long length) {
    enqueue(new Outgoing(content, offset, offset + length, CHUNK_BYTES_MAX, 0));
  }

  /**
   * Sends {@code bytes} in fragments of random sizes from 1 to {@code fragmentBytesMax}, with
   * random pauses between them of up to {@code pauseNsMax}.
   */
  public final void sendFragments(byte[] bytes, int fragmentBytesMax, long pauseNsMax) {
    enqueue(
        new Outgoing(SimulatedContent.of(bytes), 0, bytes.length, fragmentBytesMax, pauseNsMax));
  }

  /** Reads at most so many bytes per second; 0 freezes, {@link #UNLIMITED} lets go. */
  public final void setReadRate(long bytesPerSecond) {
    readRate = bytesPerSecond;
    readAllowedAtNs = kernel.nowNs();
    if (nextRead != null) {
      nextRead.cancel();
      nextRead = null;
    }
    scheduleRead();
  }

  /** Sends at most so many bytes per second; 0 stalls, {@link #UNLIMITED} lets go. */
  public final void setSendRate(long bytesPerSecond) {
    sendRate = bytesPerSecond;
    if (nextSend != null) {
      nextSend.cancel();
      nextSend = null;
    }
    scheduleSend(SimulatedKernel.NETWORK_NS);
  }

  /** Half-close: FIN after everything that was given to send; goes on reading. */
  public final void halfClose() {
    endWanted = true;
    scheduleSend(SimulatedKernel.NETWORK_NS);
  }

  /** Closes for good: FIN, or RST when received data is unread; sends in flight meet an RST. */
  public final void close() {
    if (gone || socket == null) {
      gone = true;
      return;
    }
    if (socket.outstandingBytes() > 0 || !outgoing.isEmpty()) {
      reset();
      return;
    }
    gone = true;
    if (!endSent) {
      endSent = true;
      kernel.after(SimulatedKernel.NETWORK_NS, socket::deliverEnd);
    }
  }

  /** Vanishes with an RST. */
  public final void reset() {
    if (!gone) {
      gone = true;
      outgoing.clear();
      if (socket != null) {
        kernel.after(SimulatedKernel.NETWORK_NS, socket::deliverReset);
      }
    }
  }

  /** {@link #reset} once {@code bytes} bytes have been received in all. */
  public final void resetAfterReceiving(long bytes) {
    resetAtReceived = bytes;
  }

  /** {@link #reset} once {@code bytes} bytes have been sent in all. */
  public final void resetAfterSending(long bytes) {
    resetAtSent = bytes;
  }

  /** Sends nothing more once {@code bytes} bytes have been sent in all, and stays connected. */
  public final void stallAfterSending(long bytes) {
    stallAtSent = bytes;
  }

  // What a script may ask.

  /** Bytes read so far. */
  public final long receivedBytes() {
    return receivedBytes;
  }

  /** Bytes handed to the code under test so far. */
  public final long sentBytes() {
    return sentBytes;
  }

  /** Whether the end of the stream was read. */
  public final boolean hasSeenEnd() {
    return endSeen;
  }

  /** Whether the other side reset or refused the connection. */
  public final boolean hasSeenReset() {
    return resetSeen;
  }

  /** Whether nothing more can happen here: ended, reset or closed by either side. */
  public final boolean isOver() {
    return endSeen || resetSeen || gone;
  }

  /** The kernel this connection lives in. */
  public final SimulatedKernel kernel() {
    return kernel;
  }

  // What the near end tells.

  /** The connection exists. */
  final void connected(SimulatedSocket newSocket) {
    socket = newSocket;
    if (gone) {
      socket.deliverReset();
      return;
    }
    reader.onConnected(this);
    scheduleSend(SimulatedKernel.NETWORK_NS);
    scheduleRead();
  }

  /** There is data or an end to read. A program that is gone answers with RST. */
  final void onData() {
    if (gone) {
      if (socket.outstandingBytes() > 0) {
        kernel.after(2 * SimulatedKernel.NETWORK_NS, socket::deliverReset);
      }
      return;
    }
    scheduleRead();
  }

  /** There may be room for more. */
  final void onRoom() {
    scheduleSend(SimulatedKernel.NETWORK_NS);
  }

  /** The connection was refused or reset by the other side. */
  final void onReset() {
    if (!gone && !resetSeen) {
      resetSeen = true;
      outgoing.clear();
      kernel.after(SimulatedKernel.NETWORK_NS, () -> reader.onReset(this));
    }
  }

  // Reading and sending, one chunk at a time.

  private void scheduleRead() {
    boolean readable =
        socket != null && (socket.outstandingBytes() > 0 || (socket.isOutboundEnded() && !endSeen));
    if (nextRead == null && readable && readRate > 0 && !isOver()) {
      long delayNs = Math.max(SimulatedKernel.NETWORK_NS, readAllowedAtNs - kernel.nowNs());
      nextRead = kernel.clock().schedule(delayNs, this::read);
    }
  }

  private void read() {
    nextRead = null;
    if (isOver()) {
      return;
    }
    int length = (int) Math.min(socket.outstandingBytes(), chunkBytes(readRate));
    length = (int) Math.min(length, resetAtReceived - receivedBytes);
    if (length > 0) {
      socket.takeOutbound(MemorySegment.ofArray(chunk).asSlice(0, length));
      receivedBytes += length;
      readAllowedAtNs = kernel.nowNs() + durationNs(length, readRate);
      reader.onBytes(this, chunk, length);
    }
    if (receivedBytes >= resetAtReceived) {
      reset();
    } else if (socket.isOutboundEnded() && !isOver()) {
      endSeen = true;
      reader.onEnd(this);
    } else {
      scheduleRead();
    }
  }

  private void enqueue(Outgoing item) {
    if (gone || resetSeen || endWanted) {
      return;
    }
    outgoing.add(item);
    scheduleSend(SimulatedKernel.NETWORK_NS);
  }

  private void scheduleSend(long delayNs) {
    boolean sendable = !outgoing.isEmpty() || (endWanted && !endSent);
    if (nextSend == null && socket != null && sendable && sendRate > 0 && !gone && !resetSeen) {
      nextSend = kernel.clock().schedule(delayNs, this::sendChunk);
    }
  }

  private void sendChunk() {
    nextSend = null;
    if (gone || resetSeen || sentBytes >= stallAtSent) {
      return;
    }
    Outgoing item = outgoing.peek();
    if (item == null) {
      if (endWanted && !endSent) {
        endSent = true;
        socket.deliverEnd();
      }
      return;
    }
    long limit = Math.min(resetAtSent, stallAtSent) - sentBytes;
    long length = Math.min(Math.min(item.end - item.position, socket.inboundRoom()), limit);
    length = Math.min(length, Math.min(chunkBytes(sendRate), item.fragmentBytes(kernel.dice())));
    if (length > 0) {
      socket.deliver(MemorySegment.ofArray(item.content.bytes(item.position, (int) length)));
      item.position += length;
      sentBytes += length;
    }
    if (item.position == item.end) {
      outgoing.poll();
    }
    if (sentBytes >= resetAtSent) {
      reset();
    } else if (socket.inboundRoom() > 0) {
      long pauseNs = item.pauseNsMax > 0 ? kernel.dice().below(item.pauseNsMax) : 0;
      long transferNs = durationNs(length, sendRate);
      scheduleSend(Math.max(SimulatedKernel.WAKE_UP_NS, transferNs + pauseNs));
    }
  }

  private static long chunkBytes(long bytesPerSecond) {
    return Math.max(1, Math.min(CHUNK_BYTES_MAX, bytesPerSecond / CHUNKS_PER_SECOND));
  }

  private static long durationNs(long bytes, long bytesPerSecond) {
    return bytesPerSecond == UNLIMITED
        ? 0
        : bytes * TimeUnit.SECONDS.toNanos(1) / Math.max(1, bytesPerSecond);
  }

  /** Something to send, and how. */
  private static final class Outgoing {
    final SimulatedContent content;
    final long end;
    final int fragmentBytesMax;
    final long pauseNsMax;
    long position;

    Outgoing(
        SimulatedContent content, long position, long end, int fragmentBytesMax, long pauseNsMax) {
      this.content = content;
      this.position = position;
      this.end = end;
      this.fragmentBytesMax = fragmentBytesMax;
      this.pauseNsMax = pauseNsMax;
    }

    int fragmentBytes(Dice dice) {
      return fragmentBytesMax == CHUNK_BYTES_MAX ? fragmentBytesMax : dice.upTo(fragmentBytesMax);
    }
  }
}
