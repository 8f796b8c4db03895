package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.EAGAIN;
import static io.sluice.ring.simulation.KernelConstants.EIO;

import java.lang.foreign.MemorySegment;

/**
 * What programs can ask of the page cache without waiting, and {@code sendfile(2)} from it. Pages
 * may be dropped between question and use; what is sent then comes from the device.
 */
public final class SimulatedPageCache {
  private final SimulatedKernel kernel;

  SimulatedPageCache(SimulatedKernel kernel) {
    this.kernel = kernel;
  }

  /** {@code cachestat(2)}: whether all of a range is resident. */
  public boolean isResident(int fd, long offset, long length) {
    SimulatedFile file = file(fd);
    boolean resident = file.isResident(offset, offset + length);
    if (resident && kernel.dice().roll(Fault.PAGES_DROPPED)) {
      file.dropPages(offset, offset + length);
    }
    return resident;
  }

  /** {@code preadv2(2)} with {@code RWF_NOWAIT}. */
  public int read(int fd, long address, int length, long offset) {
    SimulatedFile file = file(fd);
    int available = (int) Math.max(0, Math.min(length, file.sizeBytes() - offset));
    if (available == 0) {
      return 0;
    }
    if (!file.isResident(offset, offset + available)) {
      return -EAGAIN;
    }
    file.content().read(offset, MemorySegment.ofAddress(address).reinterpret(available));
    return available;
  }

  /** {@code statx(2)} of an open file or directory. */
  public int describe(int fd, long address) {
    FileDescription open = kernel.typed(fd, FileDescription.class);
    return open instanceof OpenFile file
        ? file.describe(address)
        : ((SimulatedDirectory) open).describe(address);
  }

  /** {@code sendfile(2)} to a non-blocking socket. */
  public int send(int socketFd, int fd, long offset, int length) {
    SimulatedFile file = file(fd);
    int available = (int) Math.max(0, Math.min(length, file.sizeBytes() - offset));
    if (available == 0) {
      return 0;
    }
    if (!file.isResident(offset, offset + available)) {
      if (file.fails(offset, offset + available)) {
        return -EIO;
      }
      file.onDeviceRead(available);
      file.makeResident(offset, offset + available);
    }
    MemorySegment bytes = MemorySegment.ofArray(file.content().bytes(offset, available));
    return kernel.typed(socketFd, SimulatedSocket.class).sendNow(bytes);
  }

  private SimulatedFile file(int fd) {
    OpenFile open = kernel.typed(fd, OpenFile.class);
    if (open.isDirect()) {
      throw kernel.violation("descriptor " + fd + " goes past the page cache");
    }
    return open.file();
  }
}
