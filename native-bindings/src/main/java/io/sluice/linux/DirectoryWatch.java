package io.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.linux.generated.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What appears in directories and what goes from them ({@code inotify(7)}). A file is told of when
 * it is complete: renamed into the directory, or closed after it was written.
 *
 * <p>One thread waits and reads; any thread may {@link #wake} it. The kernel keeps a bounded number
 * of changes ({@code fs.inotify.max_queued_events}); beyond it says that some are lost.
 */
public final class DirectoryWatch implements AutoCloseable {
  /** Bytes of changes that are read at once; one change takes at most 272. */
  private static final int BUFFER_BYTES = 16 * 1024;

  private static final int POLL_BYTES = 8;
  private static final int POLL_EVENTS = 4;
  private static final int EVENT_MASK = 4;
  private static final int EVENT_LENGTH = 12;
  private static final int EVENT_NAME = 16;

  private static final int IN_NONBLOCK = 0x800;
  private static final int IN_CLOEXEC = 0x80000;
  private static final int IN_CLOSE_WRITE = 0x8;
  private static final int IN_MOVED_FROM = 0x40;
  private static final int IN_MOVED_TO = 0x80;
  private static final int IN_CREATE = 0x100;
  private static final int IN_DELETE = 0x200;
  private static final int IN_DELETE_SELF = 0x400;
  private static final int IN_MOVE_SELF = 0x800;
  private static final int IN_UNMOUNT = 0x2000;
  private static final int IN_Q_OVERFLOW = 0x4000;
  private static final int IN_IGNORED = 0x8000;
  private static final int IN_ONLYDIR = 0x1000000;
  private static final int IN_ISDIR = 0x40000000;

  private static final int CAME = IN_MOVED_TO | IN_CLOSE_WRITE;
  private static final int WENT = IN_DELETE | IN_MOVED_FROM;
  private static final int ENDED = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;
  private static final int WATCHED =
      CAME | IN_CREATE | WENT | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment polled = arena.allocate(2 * POLL_BYTES, Integer.BYTES);
  private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
  private final int fd;
  private final int wakeFd;

  /** Hears of changes, on the thread that reads them. */
  public interface Listener {
    /** A file is complete, or a directory is there, under this name. */
    void onCame(int watch, String name);

    /** What had this name is gone. */
    void onWent(int watch, String name);

    /** The directory was removed, moved or unmounted; it is not watched any more. */
    void onEnded(int watch);

    /** Changes were lost: whoever wants to know has to look at all directories again. */
    void onLost();
  }

  /**
   * Watches nothing yet.
   *
   * @throws LinuxException when the user has no inotify instance or descriptor left
   */
  public DirectoryWatch() {
    fd = Linux.inotifyInit1(CallState.ofThread(), IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) {
      arena.close();
      throw new LinuxException("inotify_init1", "flags=IN_NONBLOCK|IN_CLOEXEC", -fd);
    }
    wakeFd = Descriptors.eventfd();
    poll(0, fd);
    poll(1, wakeFd);
  }

  private void poll(int index, int descriptor) {
    polled.set(JAVA_INT, (long) index * POLL_BYTES, descriptor);
    polled.set(JAVA_INT, (long) index * POLL_BYTES + POLL_EVENTS, Libc.POLLIN());
  }

  /**
   * Watches a directory from now on; one that is watched already keeps its number.
   *
   * @return the number that its changes come with
   * @throws LinuxException when it is missing, no directory or not readable, or the user may not
   *     watch more
   */
  public int add(Path directory) {
    try (Arena names = Arena.ofConfined()) {
      MemorySegment path = names.allocateFrom(directory.toString());
      int watch = Linux.inotifyAddWatch(CallState.ofThread(), fd, path, WATCHED);
      if (watch < 0) {
        throw new LinuxException("inotify_add_watch", "path=" + directory, -watch);
      }
      return watch;
    }
  }

  /** Stops watching a directory; the listener hears that it has ended. */
  public void remove(int watch) {
    Linux.inotifyRmWatch(CallState.ofThread(), fd, watch);
  }

  /** Waits for changes or {@link #wake}, at most so long; a signal may end it earlier. */
  public void await(long timeoutMs) {
    int milliseconds = Math.clamp(timeoutMs, 0, Integer.MAX_VALUE);
    if (Linux.poll(CallState.ofThread(), polled, 2, milliseconds) > 0
        && polled.get(JAVA_INT, POLL_BYTES + POLL_EVENTS) >>> Short.SIZE != 0) {
      Linux.read(CallState.ofThread(), wakeFd, buffer, Long.BYTES);
    }
  }

  /** Ends a wait that is under way, or the next one. Any thread may call, until it is closed. */
  public void wake() {
    Descriptors.signal(wakeFd);
  }

  /** Tells the listener of what has happened so far; does not wait. */
  public void read(Listener listener) {
    long bytes = Linux.read(CallState.ofThread(), fd, buffer, BUFFER_BYTES);
    while (bytes > 0) {
      deliver(bytes, listener);
      bytes = Linux.read(CallState.ofThread(), fd, buffer, BUFFER_BYTES);
    }
  }

  private void deliver(long bytes, Listener listener) {
    long at = 0;
    while (at < bytes) {
      int watch = buffer.get(JAVA_INT, at);
      int mask = buffer.get(JAVA_INT, at + EVENT_MASK);
      int length = buffer.get(JAVA_INT, at + EVENT_LENGTH);
      if ((mask & IN_Q_OVERFLOW) != 0) {
        listener.onLost();
      } else if ((mask & ENDED) != 0) {
        listener.onEnded(watch);
      } else if ((mask & WENT) != 0) {
        listener.onWent(watch, name(at + EVENT_NAME, length));
      } else if ((mask & CAME) != 0 || (mask & IN_ISDIR) != 0) {
        listener.onCame(watch, name(at + EVENT_NAME, length));
      }
      at += EVENT_NAME + length;
    }
  }

  /** Padded with zeros. */
  private String name(long offset, int length) {
    int end = 0;
    while (end < length && buffer.get(JAVA_BYTE, offset + end) != 0) {
      end++;
    }
    byte[] bytes = buffer.asSlice(offset, end).toArray(JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Lets everything go; no thread may wait, read or wake any more. */
  @Override
  public void close() {
    Descriptors.close(fd);
    Descriptors.close(wakeFd);
    arena.close();
  }
}
