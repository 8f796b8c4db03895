package io.sluice.server.node;

import io.sluice.linux.PageCache;
import io.sluice.server.transfer.ResidentFiles;
import java.lang.foreign.Arena;

/** The kernel's page cache; one instance for each loop, made and used on its thread. */
final class LinuxResidentFiles implements ResidentFiles {
  private final PageCache cache;

  /**
   * Makes the access of the calling thread, for as long as the process lives.
   *
   * @param cachestat whether the kernel has {@code cachestat(2)}
   */
  LinuxResidentFiles(boolean cachestat) {
    cache = new PageCache(Arena.ofAuto(), cachestat);
  }

  @Override
  public boolean isResident(int fd, long offset, long length) {
    return cache.isResident(fd, offset, length);
  }

  @Override
  public int read(int fd, long address, int length, long offset) {
    return cache.read(fd, address, length, offset);
  }

  @Override
  public int describe(int fd, long address) {
    return cache.describe(fd, address);
  }

  @Override
  public int send(int socketFd, int fd, long offset, int length) {
    return cache.send(socketFd, fd, offset, length);
  }
}
