package io.sluice.linux;

import java.util.Map;

/**
 * Error numbers of Linux on x86-64 ({@code errno(3)}), as compile-time constants for {@code
 * switch}.
 */
public final class Errno {
  /** Operation not permitted. */
  public static final int EPERM = 1;

  /** No such file or directory. */
  public static final int ENOENT = 2;

  /** Interrupted system call. */
  public static final int EINTR = 4;

  /** Input/output error. */
  public static final int EIO = 5;

  /** No such device or address. */
  public static final int ENXIO = 6;

  /** Argument list too long. */
  public static final int E2BIG = 7;

  /** Bad file descriptor. */
  public static final int EBADF = 9;

  /** Resource temporarily unavailable. */
  public static final int EAGAIN = 11;

  /** Cannot allocate memory. */
  public static final int ENOMEM = 12;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** Bad address. */
  public static final int EFAULT = 14;

  /** Device or resource busy. */
  public static final int EBUSY = 16;

  /** File exists. */
  public static final int EEXIST = 17;

  /** Invalid cross-device link. */
  public static final int EXDEV = 18;

  /** No such device. */
  public static final int ENODEV = 19;

  /** Not a directory. */
  public static final int ENOTDIR = 20;

  /** Is a directory. */
  public static final int EISDIR = 21;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** Too many open files in system. */
  public static final int ENFILE = 23;

  /** Too many open files. */
  public static final int EMFILE = 24;

  /** Inappropriate ioctl for device. */
  public static final int ENOTTY = 25;

  /** File too large. */
  public static final int EFBIG = 27;

  /** No space left on device. */
  public static final int ENOSPC = 28;

  /** Illegal seek. */
  public static final int ESPIPE = 29;

  /** Read-only file system. */
  public static final int EROFS = 30;

  /** Too many links. */
  public static final int EMLINK = 31;

  /** Broken pipe. */
  public static final int EPIPE = 32;

  /** Numerical result out of range. */
  public static final int ERANGE = 34;

  /** File name too long. */
  public static final int ENAMETOOLONG = 36;

  /** Function not implemented. */
  public static final int ENOSYS = 38;

  /** Directory not empty. */
  public static final int ENOTEMPTY = 39;

  /** Too many levels of symbolic links. */
  public static final int ELOOP = 40;

  /** Timer expired. */
  public static final int ETIME = 62;

  /** Value too large for defined data type. */
  public static final int EOVERFLOW = 75;

  /** File descriptor in bad state. */
  public static final int EBADFD = 77;

  /** Socket operation on non-socket. */
  public static final int ENOTSOCK = 88;

  /** Destination address required. */
  public static final int EDESTADDRREQ = 89;

  /** Message too long. */
  public static final int EMSGSIZE = 90;

  /** Protocol wrong type for socket. */
  public static final int EPROTOTYPE = 91;

  /** Protocol not available. */
  public static final int ENOPROTOOPT = 92;

  /** Protocol not supported. */
  public static final int EPROTONOSUPPORT = 93;

  /** Operation not supported. */
  public static final int EOPNOTSUPP = 95;

  /** Address family not supported by protocol. */
  public static final int EAFNOSUPPORT = 97;

  /** Address already in use. */
  public static final int EADDRINUSE = 98;

  /** Cannot assign requested address. */
  public static final int EADDRNOTAVAIL = 99;

  /** Network is down. */
  public static final int ENETDOWN = 100;

  /** Network is unreachable. */
  public static final int ENETUNREACH = 101;

  /** Network dropped connection on reset. */
  public static final int ENETRESET = 102;

  /** Software caused connection abort. */
  public static final int ECONNABORTED = 103;

  /** Connection reset by peer. */
  public static final int ECONNRESET = 104;

  /** No buffer space available. */
  public static final int ENOBUFS = 105;

  /** Transport endpoint is already connected. */
  public static final int EISCONN = 106;

  /** Transport endpoint is not connected. */
  public static final int ENOTCONN = 107;

  /** Connection timed out. */
  public static final int ETIMEDOUT = 110;

  /** Connection refused. */
  public static final int ECONNREFUSED = 111;

  /** Host is down. */
  public static final int EHOSTDOWN = 112;

  /** No route to host. */
  public static final int EHOSTUNREACH = 113;

  /** Operation already in progress. */
  public static final int EALREADY = 114;

  /** Operation now in progress. */
  public static final int EINPROGRESS = 115;

  /** Stale file handle. */
  public static final int ESTALE = 116;

  /** Disk quota exceeded. */
  public static final int EDQUOT = 122;

  /** Operation canceled. */
  public static final int ECANCELED = 125;

  private static final Map<Integer, Description> DESCRIPTIONS =
      Map.ofEntries(
          entry(EPERM, "EPERM", "Operation not permitted"),
          entry(ENOENT, "ENOENT", "No such file or directory"),
          entry(EINTR, "EINTR", "Interrupted system call"),
          entry(EIO, "EIO", "Input/output error"),
          entry(ENXIO, "ENXIO", "No such device or address"),
          entry(E2BIG, "E2BIG", "Argument list too long"),
          entry(EBADF, "EBADF", "Bad file descriptor"),
          entry(EAGAIN, "EAGAIN", "Resource temporarily unavailable"),
          entry(ENOMEM, "ENOMEM", "Cannot allocate memory"),
          entry(EACCES, "EACCES", "Permission denied"),
          entry(EFAULT, "EFAULT", "Bad address"),
          entry(EBUSY, "EBUSY", "Device or resource busy"),
          entry(EEXIST, "EEXIST", "File exists"),
          entry(EXDEV, "EXDEV", "Invalid cross-device link"),
          entry(ENODEV, "ENODEV", "No such device"),
          entry(ENOTDIR, "ENOTDIR", "Not a directory"),
          entry(EISDIR, "EISDIR", "Is a directory"),
          entry(EINVAL, "EINVAL", "Invalid argument"),
          entry(ENFILE, "ENFILE", "Too many open files in system"),
          entry(EMFILE, "EMFILE", "Too many open files"),
          entry(ENOTTY, "ENOTTY", "Inappropriate ioctl for device"),
          entry(EFBIG, "EFBIG", "File too large"),
          entry(ENOSPC, "ENOSPC", "No space left on device"),
          entry(ESPIPE, "ESPIPE", "Illegal seek"),
          entry(EROFS, "EROFS", "Read-only file system"),
          entry(EMLINK, "EMLINK", "Too many links"),
          entry(EPIPE, "EPIPE", "Broken pipe"),
          entry(ERANGE, "ERANGE", "Numerical result out of range"),
          entry(ENAMETOOLONG, "ENAMETOOLONG", "File name too long"),
          entry(ENOSYS, "ENOSYS", "Function not implemented"),
          entry(ENOTEMPTY, "ENOTEMPTY", "Directory not empty"),
          entry(ELOOP, "ELOOP", "Too many levels of symbolic links"),
          entry(ETIME, "ETIME", "Timer expired"),
          entry(EOVERFLOW, "EOVERFLOW", "Value too large for defined data type"),
          entry(EBADFD, "EBADFD", "File descriptor in bad state"),
          entry(ENOTSOCK, "ENOTSOCK", "Socket operation on non-socket"),
          entry(EDESTADDRREQ, "EDESTADDRREQ", "Destination address required"),
          entry(EMSGSIZE, "EMSGSIZE", "Message too long"),
          entry(EPROTOTYPE, "EPROTOTYPE", "Protocol wrong type for socket"),
          entry(ENOPROTOOPT, "ENOPROTOOPT", "Protocol not available"),
          entry(EPROTONOSUPPORT, "EPROTONOSUPPORT", "Protocol not supported"),
          entry(EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported"),
          entry(EAFNOSUPPORT, "EAFNOSUPPORT", "Address family not supported by protocol"),
          entry(EADDRINUSE, "EADDRINUSE", "Address already in use"),
          entry(EADDRNOTAVAIL, "EADDRNOTAVAIL", "Cannot assign requested address"),
          entry(ENETDOWN, "ENETDOWN", "Network is down"),
          entry(ENETUNREACH, "ENETUNREACH", "Network is unreachable"),
          entry(ENETRESET, "ENETRESET", "Network dropped connection on reset"),
          entry(ECONNABORTED, "ECONNABORTED", "Software caused connection abort"),
          entry(ECONNRESET, "ECONNRESET", "Connection reset by peer"),
          entry(ENOBUFS, "ENOBUFS", "No buffer space available"),
          entry(EISCONN, "EISCONN", "Transport endpoint is already connected"),
          entry(ENOTCONN, "ENOTCONN", "Transport endpoint is not connected"),
          entry(ETIMEDOUT, "ETIMEDOUT", "Connection timed out"),
          entry(ECONNREFUSED, "ECONNREFUSED", "Connection refused"),
          entry(EHOSTDOWN, "EHOSTDOWN", "Host is down"),
          entry(EHOSTUNREACH, "EHOSTUNREACH", "No route to host"),
          entry(EALREADY, "EALREADY", "Operation already in progress"),
          entry(EINPROGRESS, "EINPROGRESS", "Operation now in progress"),
          entry(ESTALE, "ESTALE", "Stale file handle"),
          entry(EDQUOT, "EDQUOT", "Disk quota exceeded"),
          entry(ECANCELED, "ECANCELED", "Operation canceled"));

  private Errno() {}

  private record Description(String name, String text) {}

  private static Map.Entry<Integer, Description> entry(int errno, String name, String text) {
    return Map.entry(errno, new Description(name, text));
  }

  /**
   * The name of an error number, such as {@code ENOENT} for 2; {@code errno 999} for one that is
   * not listed here.
   */
  public static String name(int errno) {
    Description description = DESCRIPTIONS.get(errno);
    return description == null ? "errno " + errno : description.name;
  }

  /** What the error number means, in the words of {@code strerror(3)}. */
  public static String describe(int errno) {
    Description description = DESCRIPTIONS.get(errno);
    return description == null ? "Unknown error" : description.text;
  }
}
