package io.sluice.server.loop;

import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.ring.simulation.SimulatedPageCache;
import io.sluice.server.transfer.ResidentFiles;

/** The page cache of a simulated kernel. */
final class SimulatedResidentFiles implements ResidentFiles {
  private final SimulatedPageCache cache;

  SimulatedResidentFiles(SimulatedKernel kernel) {
    cache = kernel.pageCache();
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
