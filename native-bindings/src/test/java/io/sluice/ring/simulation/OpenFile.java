package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.AT_EMPTY_PATH;
import static io.sluice.ring.simulation.KernelConstants.EINVAL;
import static io.sluice.ring.simulation.KernelConstants.EIO;
import static io.sluice.ring.simulation.KernelConstants.ENOTDIR;
import static io.sluice.ring.simulation.KernelConstants.EOPNOTSUPP;

/** A regular file that is open for reading, with or without O_DIRECT. */
final class OpenFile extends FileDescription {
  private final SimulatedFileSystem fileSystem;
  private final SimulatedFile file;
  private final boolean direct;

  OpenFile(
      SimulatedKernel kernel, SimulatedFileSystem fileSystem, SimulatedFile file, boolean direct) {
    super(kernel);
    this.fileSystem = fileSystem;
    this.file = file;
    this.direct = direct;
  }

  @Override
  String noun() {
    return direct ? "a file opened with O_DIRECT" : "a file";
  }

  @Override
  int execute(PendingOperation operation) {
    return switch (operation.kind) {
      case READ -> read(operation);
      case FADVISE -> 0;
      case STATX ->
          (operation.flags & AT_EMPTY_PATH) == 0 || operation.length != 0
              ? -ENOTDIR
              : new StatxRecord(fileSystem).fill(operation, file);
      default -> super.execute(operation);
    };
  }

  @Override
  int pollEvents() {
    return KernelConstants.POLLIN | KernelConstants.POLLOUT;
  }

  /** {@code statx(2)} of the descriptor. */
  int describe(long address) {
    return new StatxRecord(fileSystem).fill(address, 0, file);
  }

  private int read(PendingOperation operation) {
    Dice dice = kernel.dice();
    if (dice.roll(Fault.FILE_UNLINKED)) {
      fileSystem.remove(file);
    }
    if (file.sizeBytes() > 0 && dice.roll(Fault.FILE_TRUNCATED)) {
      file.truncate(dice.below(file.sizeBytes()));
    }
    long offset = operation.fileOffset;
    int alignment = direct ? fileSystem.directAlignment() : 1;
    if (offset < 0 || !isAligned(operation, alignment)) {
      return -EINVAL;
    }
    if (operation.flags != 0 && !fileSystem.knowsReadFlags()) {
      return -EOPNOTSUPP;
    }
    if (file.fails(offset, offset + operation.length) || dice.roll(Fault.READ_ERROR)) {
      return -EIO;
    }
    int available = (int) Math.max(0, Math.min(operation.length, file.sizeBytes() - offset));
    if (available > alignment && dice.roll(Fault.SHORT_READ)) {
      available = shorter(available, alignment);
    }
    file.content().read(offset, operation.memory().asSlice(0, available));
    file.onDeviceRead(available);
    return available;
  }

  SimulatedFile file() {
    return file;
  }

  boolean isDirect() {
    return direct;
  }

  private static boolean isAligned(PendingOperation operation, int alignment) {
    return operation.fileOffset % alignment == 0
        && operation.length % alignment == 0
        && operation.address % alignment == 0;
  }

  private int shorter(int available, int alignment) {
    int blocks = (available - 1) / alignment;
    return kernel.dice().upTo(blocks) * alignment;
  }

  @Override
  void onReleased() {}
}
