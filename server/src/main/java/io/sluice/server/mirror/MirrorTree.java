package io.sluice.server.mirror;

import io.sluice.server.config.StartupException;
import io.sluice.server.mirror.FileOperations.Kind;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/**
 * The directory that containerd's {@code config_path} names, and in it {@code _sluice}: a {@link
 * Manifest} of what is ours, and under {@code original} what was in place of it before. What an
 * administrator has replaced since goes to {@code earlier}, and is never removed.
 *
 * <p>No name of a registry begins with an underscore, so containerd does not see {@code _sluice}.
 */
final class MirrorTree {
  static final String STATE = "_sluice";

  private static final Set<PosixFilePermission> FOR_ALL =
      PosixFilePermissions.fromString("rw-r--r--");

  final FileOperations files;
  final Path root;
  private final Path state;

  /** A tree whose directory exists. */
  MirrorTree(FileOperations files, Path root) {
    this.files = files;
    this.root = root;
    this.state = root.resolve(STATE);
  }

  /**
   * A registry's file as it is now.
   *
   * @param directory where it is, links followed; null if what has that name is no directory
   * @param kind {@link Kind#NONE}, {@link Kind#FILE} or {@link Kind#LINK}; else it is no file
   * @param content null if there is none, or a link leads nowhere
   */
  record Current(Path directory, boolean directoryExists, Kind kind, byte[] content) {
    Path file() {
      return directory.resolve(HostsFile.NAME);
    }

    boolean holds(byte[] other) {
      return content != null && Arrays.equals(content, other);
    }
  }

  Current current(String registry) throws IOException {
    Path named = root.resolve(registry);
    Kind kind = files.kind(named);
    if (kind == Kind.NONE) {
      return new Current(named, false, Kind.NONE, null);
    }
    Path directory = kind == Kind.LINK ? linkedDirectory(named) : named;
    if (directory == null || files.kind(directory) != Kind.DIRECTORY) {
      return new Current(null, true, Kind.NONE, null);
    }
    Path file = directory.resolve(HostsFile.NAME);
    Kind fileKind = files.kind(file);
    byte[] content =
        switch (fileKind) {
          case FILE -> files.read(file);
          case LINK -> linkedContent(directory, file);
          default -> null;
        };
    return new Current(directory, true, fileKind, content);
  }

  private Path linkedDirectory(Path link) throws IOException {
    try {
      return files.realDirectory(link);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private byte[] readLinked(Path link) throws IOException {
    try {
      return files.read(link);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** What was there before {@code registry}'s file was written; null if nothing was. */
  byte[] originalContent(String registry, Path directory) throws IOException {
    Path original = original(registry);
    return switch (files.kind(original)) {
      case FILE -> files.read(original);
      case LINK -> linkedContent(directory, original);
      default -> null;
    };
  }

  /**
   * What a link leads to: a relative one from the directory where it is, or was. If that is another
   * registry's file, what was in place of it before counts.
   */
  private byte[] linkedContent(Path directory, Path link) throws IOException {
    Path target = directory.resolve(files.linkTarget(link)).normalize();
    Path other = target.getParent();
    boolean registrys =
        target.endsWith(HostsFile.NAME) && other != null && root.equals(other.getParent());
    if (registrys && files.kind(original(other.getFileName().toString())) == Kind.FILE) {
      return files.read(original(other.getFileName().toString()));
    }
    return readLinked(target);
  }

  boolean hasOriginal(String registry) throws IOException {
    return files.kind(original(registry)) != Kind.NONE;
  }

  Path original(String registry) {
    return originals().resolve(registry).resolve(HostsFile.NAME);
  }

  Path originals() {
    return state.resolve("original");
  }

  Path manifestFile() {
    return state.resolve("written.toml");
  }

  /** The name under which a file is written before it takes its place. */
  static Path temporary(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".sluice-new");
  }

  /** The manifest; an empty one if nothing was ever written. */
  Manifest manifest() throws IOException {
    Path file = manifestFile();
    return files.kind(file) == Kind.NONE ? new Manifest() : Manifest.parse(file, files.read(file));
  }

  /** Replaces the manifest at once, unless it says the same already. */
  void save(Manifest manifest) throws IOException {
    Path file = manifestFile();
    byte[] bytes = manifest.bytes();
    if (files.kind(file) == Kind.FILE && Arrays.equals(files.read(file), bytes)) {
      return;
    }
    makeDirectories(state);
    files.write(temporary(file), bytes, FOR_ALL);
    files.move(temporary(file), file);
    files.sync(state);
  }

  /**
   * Keeps a registry's file, as it is, for {@link Release}. One that was kept before, and is
   * another, goes to {@code earlier}.
   *
   * @return where the one from before went; null if there was none
   */
  Path keep(String registry, Current current) throws IOException {
    Path original = original(registry);
    Path moved = null;
    if (files.kind(original) != Kind.NONE) {
      if (isSame(registry, current)) {
        return null;
      }
      moved = setAside(original, registry);
    }
    makeDirectories(original.getParent());
    Path temporary = temporary(original);
    files.keep(current.file(), temporary);
    files.move(temporary, original);
    files.sync(original.getParent());
    return moved;
  }

  /** Whether what is kept of a registry is what is in place. */
  boolean isSame(String registry, Current current) throws IOException {
    Path original = original(registry);
    Kind kind = files.kind(original);
    if (kind != current.kind()) {
      return false;
    }
    return kind == Kind.LINK
        ? files.linkTarget(original).equals(files.linkTarget(current.file()))
        : current.holds(files.read(original));
  }

  /**
   * Moves what nobody refers to any more, and an administrator may miss, to {@code earlier}.
   *
   * @param name a relative path for it
   */
  Path setAside(Path path, String name) throws IOException {
    Path directory = state.resolve("earlier").resolve(name);
    makeDirectories(directory);
    String file = path.getFileName().toString();
    Path to = directory.resolve(file);
    for (int i = 1; files.kind(to) != Kind.NONE; i++) {
      to = directory.resolve(file + "." + i);
    }
    files.move(path, to);
    files.sync(directory);
    return to;
  }

  /** Makes a directory below the root, and those above it. */
  void makeDirectories(Path directory) throws IOException {
    if (files.kind(directory) == Kind.NONE) {
      makeDirectories(directory.getParent());
      files.makeDirectory(directory);
      files.sync(directory.getParent());
    }
  }

  /** Removes the state, unless there is something in {@code earlier}. */
  void removeState(Manifest manifest) throws IOException {
    if (files.kind(state) == Kind.NONE) {
      return;
    }
    deleteIfEmpty(originals());
    files.delete(temporary(manifestFile()));
    if (manifest.isEmpty()) {
      files.delete(manifestFile());
    }
    deleteIfEmpty(state);
    files.sync(root);
  }

  boolean deleteIfEmpty(Path directory) throws IOException {
    if (files.kind(directory) != Kind.DIRECTORY || !files.list(directory).isEmpty()) {
      return false;
    }
    files.delete(directory);
    return true;
  }

  /** A path as messages have it. */
  String named(String registry) {
    return root.resolve(registry).resolve(HostsFile.NAME).toString();
  }

  /**
   * Refuses what cannot be written to.
   *
   * @throws StartupException naming it, and the remedy
   */
  void requireWritable(String registry, Current current) {
    String instead = "; put a directory there, or leave the registry out of --mirrored-registries.";
    if (current.directory() == null) {
      throw new StartupException(
          root.resolve(registry)
              + ": not a directory, nor a link to one that is seen here"
              + instead);
    }
    if (current.kind() == Kind.DIRECTORY || current.kind() == Kind.OTHER) {
      throw new StartupException(
          current.file()
              + ": not a file; move it away, or leave the registry out of"
              + " --mirrored-registries.");
    }
  }
}
