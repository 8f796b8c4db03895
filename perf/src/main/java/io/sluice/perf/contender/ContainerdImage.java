package io.sluice.perf.contender;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.ConfinedProcess;
import io.sluice.perf.confine.FileTree;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.data.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A containerd of its own that has the layers as an image, for contenders that serve what
 * containerd has. It runs beside them and is not measured, since a node has one anyway.
 *
 * <p>The blobs are hard links in its content store. A pull finds each of them there, and only notes
 * that its namespace has it: nothing is copied, and nothing but the manifest's digest is asked for.
 *
 * @param socket where its API listens
 * @param content the directory of its content store
 */
record ContainerdImage(Path socket, Path content) {
  /** The namespace of Kubernetes' images. */
  static final String NAMESPACE = "k8s.io";

  static final String DAEMON = "/usr/bin/containerd";
  static final String CLIENT = "/usr/bin/ctr";

  private static final String ROOT = "root";
  private static final String CONTENT = "io.containerd.content.v1.content";
  private static final String CONFIGURATION_FILE = "config.toml";
  private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String TAG_PATH = "/v2/bench/manifests/1";
  private static final long START_TIMEOUT_NS = 30_000_000_000L;
  private static final long CLIENT_TIMEOUT_MS = 30_000;
  private static final int POLL_MS = 50;

  /** Without plugins that need other directories than its own, or that a pull does not need. */
  private static final String CONFIGURATION =
      """
      version = 2
      disabled_plugins = [
        "io.containerd.grpc.v1.cri",
        "io.containerd.cri.v1.images",
        "io.containerd.cri.v1.runtime",
        "io.containerd.internal.v1.opt",
        "io.containerd.internal.v1.restart",
        "io.containerd.nri.v1.nri",
        "io.containerd.snapshotter.v1.aufs",
        "io.containerd.snapshotter.v1.btrfs",
        "io.containerd.snapshotter.v1.devmapper",
        "io.containerd.snapshotter.v1.zfs",
      ]
      """;

  /**
   * Starts one, which stays until the end of the run.
   *
   * @param layers the image
   * @param runDirectory for its socket and logs; removed by the caller
   * @param cleanup stops it and removes its directory
   * @return it, with the image
   * @throws IOException when it does not start, or does not take the image
   * @throws InterruptedException when this thread is interrupted
   */
  static ContainerdImage start(LayerSet layers, Path runDirectory, Cleanup cleanup)
      throws IOException, InterruptedException {
    Path beside = layers.layout().toAbsolutePath().getParent();
    Path blobs = layers.layout().resolve("blobs/sha256");
    Path home =
        cleanup
            .keep(
                () -> FileTree.make(beside, "containerd-", made -> fill(made, blobs)),
                FileTree::delete)
            .get();
    Path root = home.resolve(ROOT);
    Path run = Files.createTempDirectory(runDirectory, "containerd-");
    Path socket = run.resolve("sock");
    ConfinedProcess daemon =
        ConfinedProcess.beside(
            List.of(
                DAEMON,
                "--config=" + home.resolve(CONFIGURATION_FILE),
                "--root=" + root,
                "--state=" + home.resolve("state"),
                "--address=" + socket),
            run.resolve("output.log"),
            cleanup);
    ContainerdImage image = new ContainerdImage(socket, root.resolve(CONTENT));
    image.await(daemon, run, cleanup);
    image.take(layers.manifests(), run, cleanup);
    return image;
  }

  private static void fill(Path home, Path from) throws IOException {
    Path to = home.resolve(ROOT).resolve(CONTENT).resolve("blobs/sha256");
    Files.createDirectories(to);
    try (DirectoryStream<Path> blobs = Files.newDirectoryStream(from)) {
      for (Path blob : blobs) {
        Files.createLink(to.resolve(blob.getFileName()), blob);
      }
    }
    Files.writeString(home.resolve(CONFIGURATION_FILE), CONFIGURATION);
  }

  private void await(ConfinedProcess daemon, Path run, Cleanup cleanup)
      throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    while (!Files.exists(socket) || client(run, cleanup, "version") != 0) {
      if (!daemon.running() || System.nanoTime() - startNs > START_TIMEOUT_NS) {
        throw new IOException("containerd did not start and said:\n" + daemon.logTail());
      }
      Thread.sleep(POLL_MS);
    }
  }

  /** Has it pull the images from here, as one tag that names all of them. */
  private void take(List<Layer> manifests, Path run, Cleanup cleanup)
      throws IOException, InterruptedException {
    HttpServer upstream =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Tag tag = Tag.of(manifests);
    upstream.createContext("/", tag::answer);
    upstream.start();
    try {
      String reference = "127.0.0.1:" + upstream.getAddress().getPort() + "/bench:1";
      Path log = run.resolve("ctr.log");
      int exit =
          client(
              run,
              cleanup,
              "--namespace",
              NAMESPACE,
              "content",
              "fetch",
              "--plain-http",
              "--all-platforms",
              reference);
      if (exit != 0) {
        throw new IOException(
            "containerd did not take the layers; ctr said:\n" + Files.readString(log));
      }
    } finally {
      upstream.stop(0);
    }
  }

  /** What the tag is: the manifest, or an index of several. */
  private record Tag(byte[] body, String type) {
    static Tag of(List<Layer> manifests) throws IOException {
      return manifests.size() == 1
          ? new Tag(Files.readAllBytes(manifests.getFirst().file()), MANIFEST_TYPE)
          : new Tag(index(manifests).getBytes(StandardCharsets.US_ASCII), INDEX_TYPE);
    }

    private static String index(List<Layer> manifests) {
      return manifests.stream()
          .map(
              manifest ->
                  "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
                      .formatted(MANIFEST_TYPE, manifest.digestHex(), manifest.sizeBytes()))
          .collect(
              Collectors.joining(
                  ",",
                  "{\"schemaVersion\":2,\"mediaType\":\"" + INDEX_TYPE + "\",\"manifests\":[",
                  "]}"));
    }

    void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        String digest = "sha256:" + Sha256.hex(body);
        String path = exchange.getRequestURI().getPath();
        boolean there = path.equals(TAG_PATH) || path.endsWith(digest);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        if (there && exchange.getRequestMethod().equals("GET")) {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
        } else {
          exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
          exchange.sendResponseHeaders(there ? 200 : 404, -1);
        }
      }
    }
  }

  private int client(Path run, Cleanup cleanup, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(CLIENT, "--address=" + socket));
    words.addAll(List.of(arguments));
    try (ConfinedProcess client = ConfinedProcess.beside(words, run.resolve("ctr.log"), cleanup)) {
      return client.await(CLIENT_TIMEOUT_MS);
    }
  }
}
