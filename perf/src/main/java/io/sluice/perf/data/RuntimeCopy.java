package io.sluice.perf.data;

import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.FileTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Java runtime that nobody else uses.
 *
 * <p>A page of the page cache is charged to whoever reads it first. A node that runs on the same
 * runtime as this process gets some tens of MiB of it for nothing, which on a machine of its own it
 * would be charged with. So the node gets a copy, and each start finds that copy, and the node's
 * own jars, out of the page cache.
 */
public final class RuntimeCopy {
  /** What a node never reads, and what makes most of a JDK's size. */
  private static final Set<String> LEFT_OUT =
      Set.of("jmods", "src.zip", "man", "demo", "include", "legal", "ct.sym");

  private final Path home;
  private final List<Path> files;

  private RuntimeCopy(Path home, List<Path> files) {
    this.home = home;
    this.files = files;
  }

  /**
   * Copies a runtime.
   *
   * @param source its home directory
   * @param parent where to; the copy is removed at the end of the run
   * @param jars a directory with the node's jars, whose pages are dropped too; may not exist
   * @param cleanup removes the copy
   * @return the copy
   * @throws IOException when there is no room for it
   */
  public static RuntimeCopy of(Path source, Path parent, Path jars, Cleanup cleanup)
      throws IOException {
    Path home =
        cleanup
            .keep(
                () -> FileTree.make(parent, "runtime-", made -> copy(source, made)),
                FileTree::delete)
            .get();
    List<Path> files = new ArrayList<>(regularFiles(home));
    if (Files.isDirectory(jars)) {
      files.addAll(regularFiles(jars.toRealPath()));
    }
    return new RuntimeCopy(home, files);
  }

  private static void copy(Path source, Path target) throws IOException {
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (LEFT_OUT.contains(directory.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(target.resolve(source.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!LEFT_OUT.contains(file.getFileName().toString())) {
              Path to = target.resolve(source.relativize(file));
              Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static List<Path> regularFiles(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }

  /**
   * The copy's home directory.
   *
   * @return what JAVA_HOME would be
   */
  public Path home() {
    return home;
  }

  /**
   * Drops the pages of the runtime and of the node's jars, as far as no other process uses them.
   */
  public void makeCold() {
    files.forEach(PageCache::drop);
  }
}
