package io.sluice.perf.footprint;

import io.sluice.perf.confine.FileTree;
import io.sluice.perf.data.PageCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A package made up as one variant wants it, in a copy of its own: a page of the page cache is
 * charged to whoever reads it first, so that files which others have read would weigh nothing.
 */
final class VariantHome {
  private static final String LIBJVM = "lib/server/libjvm.so";

  private final PackageHome home;
  private final Map<String, String> environment;

  private VariantHome(PackageHome home, Map<String, String> environment) {
    this.home = home;
    this.environment = environment;
  }

  /**
   * Makes one.
   *
   * @param packaged the package as it is
   * @param jdk what it was made from
   * @param directory where to; must not exist yet, and is removed by the caller
   */
  static VariantHome make(PackageHome packaged, Path jdk, Variant variant, Path directory)
      throws IOException, InterruptedException {
    copy(packaged.directory(), directory);
    PackageHome home = new PackageHome(directory);
    String with = variant.with();
    switch (variant.runtime()) {
      case PACKAGED -> {}
      case WITH_SYMBOLS -> copyFile(jdk.resolve(LIBJVM), directory.resolve("runtime/" + LIBJVM));
      case WHOLE_JDK -> {
        FileTree.delete(directory.resolve("runtime"));
        copy(jdk, directory.resolve("runtime"));
        Files.delete(home.archive());
        with = "-XX:SharedArchiveFile=" + defaultArchive(directory.resolve("runtime"));
      }
    }
    List<String> options = Files.readAllLines(home.jvmOptions());
    options.removeIf(line -> variant.without().stream().anyMatch(line::startsWith));
    Files.write(home.jvmOptions(), options);
    Map<String, String> environment = new HashMap<>(variant.environment());
    environment.put("SLUICE_JAVA_OPTS", with);
    if (variant.archiveAnew()) {
      Files.delete(home.archive());
      ClassArchive.build(home);
    }
    return new VariantHome(home, environment);
  }

  /** A JDK has one archive for each layout of object headers. */
  private static Path defaultArchive(Path runtime) {
    Path compact = runtime.resolve("lib/server/classes_coh.jsa");
    return Files.exists(compact) ? compact : runtime.resolve("lib/server/classes.jsa");
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : paths.toList()) {
        Path to = target.resolve(source.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(to);
        } else if (!path.endsWith("src.zip")) {
          copyFile(path, to);
        }
      }
    }
  }

  private static void copyFile(Path source, Path target) throws IOException {
    Files.copy(
        source, target, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Starts Sluice. */
  Path launcher() {
    return home.launcher();
  }

  /** Variables to start it with. */
  Map<String, String> environment() {
    return environment;
  }

  /** Drops its files from the page cache. */
  void makeCold() throws IOException {
    home.files().forEach(PageCache::drop);
  }
}
