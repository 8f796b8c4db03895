package io.sluice.perf.footprint;

import io.sluice.perf.confine.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes and checks the archive of parsed classes (class data sharing) of a package. The runtime
 * drops one that does not match its flags, its class path or the jars' times without a word, so
 * that only a look at where the classes came from tells.
 */
public final class ClassArchive {
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;
  private static final long DUMP_TIMEOUT_S = 120;
  private static final String LIST = "-Xshare:off -XX:DumpLoadedClassList=";
  private static final String LOG = "-Xshare:on -Xlog:class+load:file=%s:none:filecount=0";

  private ClassArchive() {}

  /**
   * Command of {@code scripts/package}: {@code build HOME} or {@code check HOME}.
   *
   * @param arguments what to do, and the package's directory
   */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 2 || !List.of("build", "check").contains(arguments[0])) {
      System.err.println("usage: ClassArchive build|check PACKAGE");
      System.exit(EXIT_USAGE);
    }
    PackageHome home = new PackageHome(Path.of(arguments[1]));
    try {
      home.require();
      if (arguments[0].equals("build")) {
        build(home);
      } else {
        System.err.println("sluice: class archive: " + check(home));
      }
    } catch (IOException failed) {
      System.err.println("sluice: class archive: " + failed.getMessage());
      System.exit(EXIT_FAILED);
    }
  }

  /**
   * Makes the archive: lists the classes that a node loads while it serves, and dumps them.
   *
   * @throws IOException when the node does not serve, or the dump fails
   */
  static void build(PackageHome home) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("sluice-archive-");
    try {
      Path classes = list(home, directory);
      dump(home, home.archive(), classes, "");
    } finally {
      FileTree.delete(directory);
    }
  }

  /**
   * Lists the classes that a node loads while it serves.
   *
   * @return the list, in {@code directory}
   */
  static Path list(PackageHome home, Path directory) throws IOException, InterruptedException {
    TrainingRun training = new TrainingRun(home, directory);
    Path classes = directory.resolve("classes");
    training.run(LIST + classes);
    Path others = directory.resolve("classes-with-containerd");
    training.runWithContainerd(LIST + others);
    ClassList list = ClassList.read(classes);
    list.add(ClassList.read(others));
    list.write(classes);
    return classes;
  }

  /**
   * Dumps classes.
   *
   * @param archive where to
   * @param classes their list
   * @param javaOptions added to the package's own
   */
  static void dump(PackageHome home, Path archive, Path classes, String javaOptions)
      throws IOException, InterruptedException {
    Path log = classes.resolveSibling("dump.log");
    ProcessBuilder builder =
        new ProcessBuilder(home.launcher().toString(), "version")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    String options =
        "-Xshare:dump -XX:SharedClassListFile=" + classes + " -XX:SharedArchiveFile=" + archive;
    builder.environment().put("SLUICE_JAVA_OPTS", options + " " + javaOptions);
    Process dump = builder.start();
    if (!dump.waitFor(DUMP_TIMEOUT_S, TimeUnit.SECONDS)) {
      dump.destroyForcibly().waitFor();
      throw new IOException("dumping took more than " + DUMP_TIMEOUT_S + " s");
    }
    if (dump.exitValue() != 0 || !Files.isRegularFile(archive)) {
      throw new IOException("dumping failed, perhaps for a full disk:\n" + Files.readString(log));
    }
  }

  /**
   * Starts a node that must use the archive, lets it serve, and counts.
   *
   * @return where its classes came from
   * @throws IOException when the archive is not used
   */
  static ArchiveUse check(PackageHome home) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("sluice-archive-");
    try {
      Path log = directory.resolve("class-load");
      Path other = directory.resolve("class-load-with-containerd");
      TrainingRun training = new TrainingRun(home, directory);
      training.run(LOG.formatted(log));
      training.runWithContainerd(LOG.formatted(other));
      ArchiveUse use = ArchiveUse.read(List.of(log, other));
      if (!use.good()) {
        throw new IOException("it lacks too much (" + use + "): make the package anew");
      }
      return use;
    } finally {
      FileTree.delete(directory);
    }
  }
}
