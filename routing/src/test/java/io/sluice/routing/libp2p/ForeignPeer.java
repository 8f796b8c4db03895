package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A peer of another implementation, as a process that takes commands by lines. It is built once,
 * below {@code target}; where that is not possible, the test is skipped with the reason.
 */
final class ForeignPeer implements AutoCloseable {
  private static final long BUILD_MINUTES = 10;
  private static final long ANSWER_SECONDS = 60;
  private static final String BUILT = "built";

  private final Process process;
  private final BufferedReader output;
  private final PeerId id;
  private final Multiaddr address;

  private ForeignPeer(Path directory, List<String> command, Path psk) throws Exception {
    List<String> whole = new ArrayList<>(command);
    if (psk != null) {
      whole.add("--psk");
      whole.add(psk.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(whole).directory(directory.toFile());
    process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    output = process.inputReader(StandardCharsets.UTF_8);
    String[] ready = readLine().split(" ");
    id = PeerId.parse(ready[1]);
    address = Multiaddr.parse(ready[2]).withoutPeer();
  }

  /** One of js-libp2p. */
  static ForeignPeer js(Path psk) throws Exception {
    String npm = require("npm", "Node.js and npm");
    String node = require("node", "Node.js");
    Path directory = built("js", List.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    return new ForeignPeer(directory, List.of(node, "peer.mjs"), psk);
  }

  /** One of go-libp2p. */
  static ForeignPeer go(Path psk) throws Exception {
    String go = require("go", "Go");
    Path directory = built("go", List.of(go, "build", "-o", "peer", "."));
    return new ForeignPeer(directory, List.of(directory.resolve("peer").toString()), psk);
  }

  /** So many nodes of go-libp2p-kad-dht in one process, as Spegel sets them up. */
  static ForeignPeer goKademlia(int nodes) throws Exception {
    String go = require("go", "Go");
    Path directory = built("go", List.of(go, "build", "-o", "peer", "."));
    String peer = directory.resolve("peer").toString();
    return new ForeignPeer(directory, List.of(peer, "--kademlia", "" + nodes), null);
  }

  /** So many nodes of js-libp2p's Kademlia in one process. */
  static ForeignPeer jsKademlia(int nodes) throws Exception {
    String npm = require("npm", "Node.js and npm");
    String node = require("node", "Node.js");
    Path directory = built("js", List.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    return new ForeignPeer(directory, List.of(node, "kademlia.mjs", "" + nodes), null);
  }

  PeerId id() {
    return id;
  }

  List<Multiaddr> addresses() {
    return List.of(address);
  }

  /** Gives a command, and its answer; fails when that is an error. */
  String ask(String command) throws Exception {
    process.outputWriter(StandardCharsets.UTF_8).append(command).append('\n').flush();
    String answer = readLine();
    if (!answer.startsWith("OK")) {
      throw new IOException(command + ": " + answer);
    }
    return answer.substring(2).strip();
  }

  private String readLine() throws Exception {
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return output.readLine();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    String read = line.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    if (read == null) {
      throw new IOException("the peer has ended with " + process.waitFor());
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).close();
    process.destroy();
  }

  private static String require(String program, String what) {
    // Where Go's own archive is unpacked is rarely on the path of a service.
    Stream<String> path =
        Stream.concat(
            Arrays.stream(System.getenv("PATH").split(File.pathSeparator)),
            Stream.of("/usr/local/go/bin"));
    Path found =
        path.map(directory -> Path.of(directory, program))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    assumeTrue(found != null, what + " is not installed; with it, this test would run");
    return found.toString();
  }

  /** Copies the sources and builds them, unless that has been done with the same sources. */
  private static Path built(String language, List<String> command) throws Exception {
    Path directory = Path.of("target", language + "-peer").toAbsolutePath();
    Files.createDirectories(directory);
    // Another JVM may run another class that needs it.
    try (FileChannel lock =
        FileChannel.open(
            directory.resolveSibling(language + "-peer.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      lock.lock();
      buildIn(directory, Path.of("src", "test", language), command);
    }
    return directory;
  }

  private static void buildIn(Path directory, Path sources, List<String> command) throws Exception {
    boolean same = Files.exists(directory.resolve(BUILT));
    List<Path> files;
    try (Stream<Path> all = Files.list(sources)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = directory.resolve(file.getFileName());
      same &= Files.exists(copy) && Files.mismatch(file, copy) < 0;
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!same) {
      Files.deleteIfExists(directory.resolve(BUILT));
      build(directory, command);
      Files.createFile(directory.resolve(BUILT));
    }
  }

  private static void build(Path directory, List<String> command) throws Exception {
    Path log = directory.resolve("build.log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("GOFLAGS", "-mod=mod -buildvcs=false");
    Process build = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      build.destroyForcibly();
    }
    assumeTrue(
        ended && build.exitValue() == 0,
        () -> "'" + String.join(" ", command) + "' failed, perhaps without a network; see " + log);
  }
}
