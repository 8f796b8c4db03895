package io.sluice.server.control;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * One loop's pair of ring buffers to and from the control plane. The {@code begin}, {@code text},
 * {@code commit} and {@code poll} methods belong to the loop's thread and do not allocate; the rest
 * is the control plane's.
 */
public final class ControlChannel {
  /** Fixed memory for the administration of each of the two ring buffers. */
  public static final int TRAILER_BYTES = RingBufferDescriptor.TRAILER_LENGTH;

  private final OneToOneRingBuffer requests;
  private final OneToOneRingBuffer replies;
  private final MemorySegment requestMemory;
  private final MemorySegment replyMemory;
  private final Runnable wakeLoop;
  private final long[] textOffsets = new long[ControlMessages.TEXTS];
  private final int[] textLengths = new int[ControlMessages.TEXTS];
  private final MemorySegment[] textMemory = new MemorySegment[ControlMessages.TEXTS];
  private final ControlledMessageHandler replyDispatcher = this::dispatch;
  private ReplyHandler replyHandler;

  /** Guards the control plane's side of both ring buffers; no loop takes it. */
  private final Object controlSide = new Object();

  private boolean closed;
  private volatile boolean controlParked;
  private volatile Thread controlThread;

  /**
   * Creates a channel over fixed memory; each segment's size is a power of two plus {@link
   * #TRAILER_BYTES}.
   *
   * @param wakeLoop wakes the loop from any thread when it waits in the kernel
   */
  public ControlChannel(MemorySegment requestMemory, MemorySegment replyMemory, Runnable wakeLoop) {
    this.requestMemory = requestMemory;
    this.replyMemory = replyMemory;
    this.wakeLoop = wakeLoop;
    this.requests = new OneToOneRingBuffer(bufferOver(requestMemory));
    this.replies = new OneToOneRingBuffer(bufferOver(replyMemory));
  }

  /** Who gets the replies; set once by the loop before it polls. */
  public void replyHandler(ReplyHandler handler) {
    this.replyHandler = handler;
  }

  /** Begins a request; all texts are empty. */
  public void begin() {
    for (int i = 0; i < ControlMessages.TEXTS; i++) {
      textLengths[i] = 0;
    }
  }

  /** Sets a text of the request; copied at {@link #commit}. */
  public void text(int index, MemorySegment memory, long offset, int length) {
    textMemory[index] = memory;
    textOffsets[index] = offset;
    textLengths[index] = length;
  }

  /** Sends the request; false when the control plane is too far behind. */
  public boolean commit(int type, int slot, int generation, int sequence, int flags, int number) {
    int length = ControlMessages.REQUEST_HEADER_BYTES;
    for (int i = 0; i < ControlMessages.TEXTS; i++) {
      length += textLengths[i];
    }
    int index = requests.tryClaim(type, length);
    if (index < 0) {
      return false;
    }
    var buffer = requests.buffer();
    buffer.putInt(index + ControlMessages.SLOT, slot);
    buffer.putInt(index + ControlMessages.GENERATION, generation);
    buffer.putInt(index + ControlMessages.SEQUENCE, sequence);
    buffer.putInt(index + ControlMessages.FLAGS, flags);
    buffer.putInt(index + ControlMessages.NUMBER, number);
    int at = index + ControlMessages.REQUEST_HEADER_BYTES;
    for (int i = 0; i < ControlMessages.TEXTS; i++) {
      int textLength = textLengths[i];
      buffer.putInt(index + ControlMessages.TEXT_LENGTHS + 4 * i, textLength);
      if (textLength > 0) {
        MemorySegment.copy(textMemory[i], textOffsets[i], requestMemory, at, textLength);
      }
      at += textLength;
    }
    requests.commit(index);
    VarHandle.fullFence();
    if (controlParked) {
      LockSupport.unpark(controlThread);
    }
    return true;
  }

  /** Delivers replies that have come; returns their number. */
  public int poll(int limit) {
    return replies.controlledRead(replyDispatcher, limit);
  }

  /** Whether a reply waits to be polled. */
  public boolean hasReplies() {
    return replies.producerPosition() != replies.consumerPosition();
  }

  /** Copies out requests that have come, at most {@code limit}; returns their number. */
  int receive(List<ControlRequest> received, int limit) {
    synchronized (controlSide) {
      return closed
          ? 0
          : requests.read(
              (type, buffer, index, length) ->
                  received.add(ControlRequest.read(type, buffer, index)),
              limit);
    }
  }

  /** Whether a request waits to be received. */
  boolean hasRequests() {
    synchronized (controlSide) {
      return !closed && requests.size() > 0;
    }
  }

  /** When this returns, the control plane's side of the memory is not touched any more. */
  void close() {
    synchronized (controlSide) {
      closed = true;
    }
  }

  /** Says that {@code thread} is about to park; requests from now on unpark it. */
  void parked(Thread thread) {
    controlThread = thread;
    controlParked = true;
  }

  void unparked() {
    controlParked = false;
  }

  /**
   * Sends a reply from any thread of the control plane; false when the loop is too far behind. What
   * comes after {@link #close} is ignored.
   */
  boolean reply(int type, int slot, int generation, int sequence, int value, byte[] payload) {
    synchronized (controlSide) {
      return closed || send(type, slot, generation, sequence, value, payload);
    }
  }

  private boolean send(
      int type, int slot, int generation, int sequence, int value, byte[] payload) {
    int index = replies.tryClaim(type, ControlMessages.REPLY_HEADER_BYTES + payload.length);
    if (index < 0) {
      return false;
    }
    var buffer = replies.buffer();
    buffer.putInt(index + ControlMessages.SLOT, slot);
    buffer.putInt(index + ControlMessages.GENERATION, generation);
    buffer.putInt(index + ControlMessages.SEQUENCE, sequence);
    buffer.putInt(index + ControlMessages.VALUE, value);
    buffer.putInt(index + ControlMessages.PAYLOAD_LENGTH, payload.length);
    buffer.putBytes(index + ControlMessages.REPLY_HEADER_BYTES, payload);
    replies.commit(index);
    wakeLoop.run();
    return true;
  }

  private ControlledMessageHandler.Action dispatch(
      int type, MutableDirectBuffer buffer, int index, int length) {
    boolean handled =
        replyHandler.onReply(
            type,
            buffer.getInt(index + ControlMessages.SLOT),
            buffer.getInt(index + ControlMessages.GENERATION),
            buffer.getInt(index + ControlMessages.SEQUENCE),
            buffer.getInt(index + ControlMessages.VALUE),
            replyMemory,
            index + ControlMessages.REPLY_HEADER_BYTES,
            buffer.getInt(index + ControlMessages.PAYLOAD_LENGTH));
    return handled
        ? ControlledMessageHandler.Action.CONTINUE
        : ControlledMessageHandler.Action.ABORT;
  }

  private static UnsafeBuffer bufferOver(MemorySegment memory) {
    return new UnsafeBuffer(memory.address(), Math.toIntExact(memory.byteSize()));
  }
}
