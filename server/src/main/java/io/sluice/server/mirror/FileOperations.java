package io.sluice.server.mirror;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/**
 * Everything that is done to a file system here, one step each, so that each can fail in a test.
 */
interface FileOperations {
  /** What there is at a path. */
  enum Kind {
    /** Nothing. */
    NONE,
    /** A regular file. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link, whether or not it leads anywhere. */
    LINK,
    /** A socket, a device, a pipe. */
    OTHER
  }

  /** What is at {@code path}; links are not followed. */
  Kind kind(Path path) throws IOException;

  /** The directory that {@code path} leads to, links followed. */
  Path realDirectory(Path path) throws IOException;

  /** What is in a directory, in the order of names. */
  List<Path> list(Path directory) throws IOException;

  /** The content of a file, of at most {@link MirrorLimits#FILE_BYTES_MAX}; links are followed. */
  byte[] read(Path file) throws IOException;

  /** Where a symbolic link leads, as it is written in it. */
  Path linkTarget(Path link) throws IOException;

  /** The permissions of a file; links are followed. */
  Set<PosixFilePermission> permissions(Path file) throws IOException;

  /** Sets the permissions and the owner of {@code directory} to those of {@code model}. */
  void copyOwnership(Path model, Path directory) throws IOException;

  /** Makes a directory whose parent exists. */
  void makeDirectory(Path directory) throws IOException;

  /** Writes a new file, and makes sure that the disk has it; what had this name is replaced. */
  void write(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException;

  /** Gives a file another name, at once; what had that name is replaced. */
  void move(Path from, Path to) throws IOException;

  /**
   * Gives a file, or a symbolic link, a second name, so that it keeps everything it has; a copy
   * with all attributes where the file system has no second names.
   */
  void keep(Path from, Path to) throws IOException;

  /** Removes a file, a link or an empty directory, if it is there. */
  void delete(Path path) throws IOException;

  /** Makes sure that the disk has the names in a directory. */
  void sync(Path directory) throws IOException;
}
