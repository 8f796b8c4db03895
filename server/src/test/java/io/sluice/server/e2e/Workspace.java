package io.sluice.server.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Where the tests work: the repository, its launcher, and disk space that is not a tmpfs. */
final class Workspace {
  private Workspace() {}

  /** The {@code server} module; Maven says where it is. */
  static Path module() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  }

  /**
   * The script that starts a node: {@code sluice} at the top of the repository, or the program that
   * the system property {@code sluice.launcher} names.
   */
  static Path launcher() {
    String override = System.getProperty("sluice.launcher");
    return override == null ? module().resolveSibling("sluice") : Path.of(override);
  }

  /**
   * What the node is to be made of: the classes that this build has just compiled. Without it the
   * launcher would see sources newer than its own build and run a second Maven in the directories
   * of this one.
   */
  static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * Where built images are kept between runs: {@code sluice.e2e.cache}, or {@code target/e2e-cache}
   * of this module.
   */
  static Path cache() {
    String override = System.getProperty("sluice.e2e.cache");
    return override == null ? module().resolve("target/e2e-cache") : Path.of(override);
  }

  /**
   * A new directory under {@code target}, on the disk that also holds the image, because content
   * stores on a tmpfs would be charged as memory.
   */
  static Path scratch(String name) {
    try {
      Path parent = Files.createDirectories(module().resolve("target/e2e"));
      return Files.createTempDirectory(parent, name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a scratch directory", e);
    }
  }

  /** Deletes a tree without ever crossing into another file system that is mounted inside it. */
  static void delete(Path tree) {
    Command.of("rm", "-rf", "--one-file-system", tree.toString()).output();
  }

  /**
   * A number below {@code bound}, which is even, that the other JVM of this run never gets: each
   * has a half of them.
   */
  static int ofThisFork(long wish, int bound) {
    int half = bound / 2;
    return (int) (wish % half) + Integer.getInteger("sluice.fork", 1) % 2 * half;
  }

  /** A TCP port that nobody listens on at {@code address} right now. */
  static int freePort(String address) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port at " + address, e);
    }
  }
}
