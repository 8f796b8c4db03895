package io.sluice.ring.simulation;

/** The Linux constants that the simulated kernel speaks, as on x86-64 ({@code errno(3)} and co). */
final class KernelConstants {
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int ENOTDIR = 20;
  static final int EISDIR = 21;
  static final int EINVAL = 22;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int EOPNOTSUPP = 95;
  static final int EPIPE = 32;
  static final int ENAMETOOLONG = 36;
  static final int ETIME = 62;
  static final int EAFNOSUPPORT = 97;
  static final int ECONNRESET = 104;
  static final int EISCONN = 106;
  static final int ENOTCONN = 107;
  static final int ETIMEDOUT = 110;
  static final int ECONNREFUSED = 111;
  static final int EHOSTUNREACH = 113;
  static final int EALREADY = 114;
  static final int ECANCELED = 125;

  static final int AT_FDCWD = -100;
  static final int AT_EMPTY_PATH = 0x1000;
  static final int O_ACCMODE = 0x3;
  static final int O_CREAT = 0x40;
  static final int O_DIRECT = 0x4000;
  static final int O_DIRECTORY = 0x10000;

  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int MSG_MORE = 0x8000;

  static final int POLLIN = 0x1;
  static final int POLLOUT = 0x4;
  static final int POLLERR = 0x8;
  static final int POLLHUP = 0x10;
  static final int POLLRDHUP = 0x2000;

  static final int SHUT_RD = 0;
  static final int SHUT_WR = 1;
  static final int SHUT_RDWR = 2;

  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCKADDR_IN_BYTES = 16;
  static final int SOCKADDR_IN6_BYTES = 28;

  static final int STATX_BYTES = 256;
  static final int STATX_BASIC_STATS = 0x7ff;
  static final int STATX_DIOALIGN = 0x2000;
  static final int S_IFREG = 0x8000;
  static final int S_IFDIR = 0x4000;

  static final int TIMESPEC_BYTES = 16;
  static final int PATH_MAX = 4096;
  static final int NAME_MAX = 255;

  private KernelConstants() {}
}
