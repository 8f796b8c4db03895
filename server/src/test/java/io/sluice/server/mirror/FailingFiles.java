package io.sluice.server.mirror;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The real file system, until an operation that is chosen: that one fails, or it and all after it
 * never happen, as if the process or the machine had ended there.
 */
final class FailingFiles implements FileOperations {
  /** The process ends. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final FileOperations files = new FastFiles();
  private final int failAt;
  private final boolean crash;
  private int count;

  /** Fails at the operation number {@code failAt}, from 0; never if it is negative. */
  FailingFiles(int failAt, boolean crash) {
    this.failAt = failAt;
    this.crash = crash;
  }

  /** How many operations there were. */
  int count() {
    return count;
  }

  /** Something changes; a crash just before one that only looks is no other than before this. */
  private void change(Path path) throws IOException {
    step(path, true);
  }

  private void look(Path path) throws IOException {
    step(path, !crash);
  }

  private void step(Path path, boolean counts) throws IOException {
    if (crash && failAt >= 0 && count > failAt) {
      throw new Crash();
    }
    int now = counts ? count++ : -1;
    if (crash && counts && now == failAt) {
      throw new Crash();
    }
    if (counts && now == failAt) {
      throw new FileSystemException(path.toString(), null, "No space left on device");
    }
  }

  @Override
  public Kind kind(Path path) throws IOException {
    look(path);
    return files.kind(path);
  }

  @Override
  public Path realDirectory(Path path) throws IOException {
    look(path);
    return files.realDirectory(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    look(directory);
    return files.list(directory);
  }

  @Override
  public byte[] read(Path file) throws IOException {
    look(file);
    return files.read(file);
  }

  @Override
  public Path linkTarget(Path link) throws IOException {
    look(link);
    return files.linkTarget(link);
  }

  @Override
  public Set<PosixFilePermission> permissions(Path file) throws IOException {
    look(file);
    return files.permissions(file);
  }

  @Override
  public void copyOwnership(Path model, Path directory) throws IOException {
    change(directory);
    files.copyOwnership(model, directory);
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    change(directory);
    files.makeDirectory(directory);
  }

  /** Half of the content may have been written when it ends. */
  @Override
  public void write(Path file, byte[] content, Set<PosixFilePermission> permissions)
      throws IOException {
    if (count == failAt) {
      byte[] half = Arrays.copyOf(content, content.length / 2);
      files.write(file, half, permissions);
    }
    change(file);
    files.write(file, content, permissions);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    change(to);
    files.move(from, to);
  }

  @Override
  public void keep(Path from, Path to) throws IOException {
    change(to);
    files.keep(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    change(path);
    files.delete(path);
  }

  @Override
  public void sync(Path directory) throws IOException {
    change(directory);
    files.sync(directory);
  }
}
