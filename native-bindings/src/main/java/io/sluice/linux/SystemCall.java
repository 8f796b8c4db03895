package io.sluice.linux;

/**
 * Numbers of the system calls that {@link Linux} makes, as {@code asm/unistd_64.h} has them; those
 * that the bindings have are taken from there. Named like the kernel's own.
 */
final class SystemCall {
  static final int READ = 0;
  static final int WRITE = 1;
  static final int CLOSE = 3;
  static final int POLL = 7;
  static final int MMAP = 9;
  static final int MUNMAP = 11;
  static final int IOCTL = 16;
  static final int MINCORE = 27;
  static final int MADVISE = 28;
  static final int SENDFILE = 40;
  static final int SOCKET = 41;
  static final int SHUTDOWN = 48;
  static final int BIND = 49;
  static final int LISTEN = 50;
  static final int GETSOCKNAME = 51;
  static final int GETPEERNAME = 52;
  static final int SETSOCKOPT = 54;
  static final int GETSOCKOPT = 55;
  static final int UNAME = 63;
  static final int FCNTL = 72;
  static final int GETRLIMIT = 97;
  static final int SETRLIMIT = 160;
  static final int GETTID = 186;
  static final int FADVISE64 = 221;
  static final int CLOCK_GETTIME = 228;
  static final int INOTIFY_ADD_WATCH = 254;
  static final int INOTIFY_RM_WATCH = 255;
  static final int OPENAT = 257;
  static final int SPLICE = 275;
  static final int EVENTFD2 = 290;
  static final int PIPE2 = 293;
  static final int INOTIFY_INIT1 = 294;
  static final int PREADV2 = 327;
  static final int STATX = 332;

  private SystemCall() {}
}
