package io.sluice.server.mirror;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything in a tree that has to come back: kinds, permissions, owners, content, links. */
final class TreeSnapshot {
  private TreeSnapshot() {}

  /** What is below {@code root}, by relative path; {@code root} itself is not part of it. */
  static Map<String, String> of(Path root) {
    Map<String, String> entries = new TreeMap<>();
    if (Files.notExists(root)) {
      return entries;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(path -> !path.equals(root)).toList()) {
        entries.put(root.relativize(path).toString(), describe(path));
      }
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The contents of the files, by relative path. */
  static Map<String, String> texts(Path root) {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(file -> Files.isRegularFile(file)).toList()) {
        texts.put(root.relativize(path).toString(), read(path));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes files, with the directories above them. */
  static void write(Path root, Map<String, String> texts) {
    texts.forEach((name, text) -> write(root.resolve(name), text));
  }

  /** Writes one file, with the directories above it. */
  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String describe(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    List<Object> parts =
        List.of(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
            Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS),
            Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS));
    return Files.isDirectory(path) ? "directory " + parts : "file " + parts + " " + read(path);
  }
}
