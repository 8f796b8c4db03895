package io.sluice.ring.simulation;

/** An open directory, the start of relative paths. */
final class SimulatedDirectory extends FileDescription {
  final SimulatedFileSystem fileSystem;

  /** Normal path of the directory within its file system; empty for the root. */
  final String path;

  SimulatedDirectory(SimulatedKernel kernel, SimulatedFileSystem fileSystem, String path) {
    super(kernel);
    this.fileSystem = fileSystem;
    this.path = path;
  }

  @Override
  String noun() {
    return "a directory";
  }

  @Override
  int execute(PendingOperation operation) {
    return switch (operation.kind) {
      case OPEN_AT -> fileSystem.open(operation, path);
      case STATX -> fileSystem.stat(operation, path);
      case READ -> -KernelConstants.EISDIR;
      default -> super.execute(operation);
    };
  }

  /** {@code statx(2)} of the descriptor. */
  int describe(long address) {
    return new StatxRecord(fileSystem).fill(address, 0, null);
  }

  /** The path of {@code name} within the file system. */
  String absolute(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  @Override
  void onReleased() {}
}
