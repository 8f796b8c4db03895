package io.sluice.ring;

/**
 * The only way to the kernel on the data plane: submit an operation, get a completion.
 *
 * <p>Every submission ends in exactly one completion that carries its {@code userData}. Operations
 * become visible to the kernel at the next {@link #submitAndWait}; when the submission queue is
 * full the implementation flushes it by itself, so submitting never fails. Addresses are native and
 * must stay valid, and their memory untouched, until the completion has been drained; paths, socket
 * addresses and timespecs too.
 *
 * <p>A ring belongs to the thread that created it; no other thread may call it. No method
 * allocates. The operation set is what Linux 5.10 offers ({@code io_uring_enter(2)}), kept small so
 * that a simulated and a readiness-based implementation stay possible.
 */
public interface Ring extends AutoCloseable {
  /**
   * {@code accept4(2)}; the result is the new descriptor, close-on-exec and non-blocking. The
   * listening socket must be blocking: before Linux 5.19 a non-blocking one completes with {@code
   * -EAGAIN}. {@code -EMFILE} takes nothing out of the backlog.
   */
  void accept(int listenFd, long userData);

  /** {@code connect(2)} to the socket address of {@code length} bytes at {@code address}. */
  void connect(int fd, long address, int length, long userData);

  /** {@code recv(2)}; a result of 0 is the peer's end of stream. */
  void recv(int fd, long address, int length, int flags, long userData);

  /** {@code send(2)} with {@code MSG_NOSIGNAL}; may send less than {@code length}. */
  void send(int fd, long address, int length, int flags, long userData);

  /**
   * {@link #send} by a worker thread of the kernel, where the kernel does that well: bytes are
   * copied on another CPU, not by the thread that submits.
   */
  void sendAsync(int fd, long address, int length, int flags, long userData);

  /** {@code openat(2)} of the NUL-terminated path at {@code pathAddress}. */
  void openAt(int directoryFd, long pathAddress, int flags, int mode, long userData);

  /**
   * {@code statx(2)} of the NUL-terminated path at {@code pathAddress} into the 256 bytes at {@code
   * statxAddress}.
   */
  void statx(
      int directoryFd, long pathAddress, int flags, int mask, long statxAddress, long userData);

  /** {@code close(2)}. Does not end operations pending on {@code fd}: cancel those first. */
  void close(int fd, long userData);

  /**
   * {@code preadv2(2)} into one piece of memory. A non-blocking eventfd without a count completes
   * with {@code -EAGAIN}.
   *
   * @param flags {@code RWF_*}, such as {@code RWF_DONTCACHE}; a file system that does not know
   *     them completes with {@code -EOPNOTSUPP}
   */
  void read(int fd, long address, int length, long fileOffset, int flags, long userData);

  /** {@code read} without flags. */
  default void read(int fd, long address, int length, long fileOffset, long userData) {
    read(fd, address, length, fileOffset, 0, userData);
  }

  /**
   * {@code write(2)} at the current position. To an eventfd it takes a kernel worker thread; {@link
   * io.sluice.linux.Descriptors#signal(io.sluice.linux.CallState, int)} is cheaper.
   */
  void write(int fd, long address, int length, long userData);

  /** {@code posix_fadvise(2)}. */
  void fadvise(int fd, long fileOffset, int length, int advice, long userData);

  /** One-shot {@code poll(2)}; the result is the returned events mask. */
  void pollAdd(int fd, int pollMask, long userData);

  /** Completes with {@code -ETIME} after the {@code __kernel_timespec} at {@code address}. */
  void timeout(long timespecAddress, long userData);

  /**
   * Cancels the pending operation that was submitted with {@code targetUserData}. Completes with 0,
   * {@code -ENOENT} (none found) or {@code -EALREADY} (running; it may still end normally); the
   * cancelled operation completes as well, usually with {@code -ECANCELED}.
   */
  void cancel(long targetUserData, long userData);

  /**
   * Hands all prepared submissions to the kernel and waits until at least {@code minComplete}
   * completions are available; 0 does not wait. When the kernel takes no more before completions
   * are drained, returns early with those; what is left is handed over next time.
   *
   * @return the number of completions available to {@link #drain}
   */
  int submitAndWait(int minComplete);

  /**
   * Gives available completions to {@code handler}, at most {@code limit} of them. The handler may
   * submit.
   *
   * @return the number handled
   */
  int drain(CompletionHandler handler, int limit);

  /**
   * Operations that were prepared and whose completion has not been drained: as long as it is not
   * 0, the kernel may touch memory that was given to it.
   */
  int inFlight();

  @Override
  void close();
}
