package io.sluice.linux;

/**
 * A system call failed. The message names the call, its arguments and the error, such as {@code
 * io_uring_setup(entries=1024, flags=0x3000) failed: ENOMEM (12), Cannot allocate memory}.
 */
public class LinuxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  /**
   * @param call the system call, such as {@code bind}
   * @param arguments what it was given, as {@code name=value} pairs joined by {@code ", "}
   * @param errno the error, positive
   */
  public LinuxException(String call, String arguments, int errno) {
    super(sentence(call, arguments, errno));
    this.call = call;
    this.errno = errno;
  }

  /**
   * The same, with what to do about it.
   *
   * @param remedy a sentence, appended to the message
   */
  public LinuxException(String call, String arguments, int errno, String remedy) {
    super(sentence(call, arguments, errno) + ". " + remedy);
    this.call = call;
    this.errno = errno;
  }

  private static String sentence(String call, String arguments, int errno) {
    return String.format(
        "%s(%s) failed: %s (%d), %s",
        call, arguments, Errno.name(errno), errno, Errno.describe(errno));
  }

  /** The system call that failed. */
  public String call() {
    return call;
  }

  /** The error, positive; one of {@link Errno}. */
  public int errno() {
    return errno;
  }
}
