package io.sluice.containerd.http2;

import io.sluice.containerd.hpack.HeaderList;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;

/** A request that was sent, and its answer. For one thread, but for {@link #cancel}. */
public final class Exchange {
  private final Link link;
  private final SessionStream stream;

  Exchange(Link link, SessionStream stream) {
    this.link = link;
    this.stream = stream;
  }

  /**
   * Moves bytes of the answer to {@code target}, at least one; waits for them.
   *
   * @param deadlineNs by {@link System#nanoTime}
   * @return how many; -1 at the end of the answer
   * @throws StreamException when the answer ends before its end
   * @throws TimeoutException when nothing comes in time
   */
  public int read(ByteBuffer target, long deadlineNs)
      throws StreamException, TimeoutException, InterruptedException {
    return link.read(stream, target, deadlineNs);
  }

  /** The answer's headers, after {@link #read} has returned. */
  public HeaderList headers() {
    return stream.headersOrNull();
  }

  /** What came after the last byte, or the headers if nothing else came; null if there is none. */
  public HeaderList trailersOrNull() {
    return stream.trailersOrNull();
  }

  /** Ends it, if it has not ended; a {@link #read} that waits fails. From any thread. */
  public void cancel() {
    link.cancel(stream);
  }
}
