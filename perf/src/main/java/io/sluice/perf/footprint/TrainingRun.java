package io.sluice.perf.footprint;

import io.sluice.perf.data.PageCache;
import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A node that is started, asked for everything that nodes are asked for, and told to end: the
 * classes it loads are those that a class archive should have, and that are looked for in it.
 */
final class TrainingRun {
  private static final String NAME = "sluice.test/training";
  private static final String TAG = "1";
  private static final String LATER_TAG = "2";
  private static final int LAYERS = 4;
  private static final long LAYER_BYTES = 3 << 20;
  private static final long SEED = 25;
  private static final String ABSENT =
      "sha256:0000000000000000000000000000000000000000000000000000000000000000";

  private final PackageHome home;
  private final Path directory;
  private final SampleImage image;
  private final Path layout;

  /**
   * Writes the image that is served.
   *
   * @param directory for it and for the log; removed by the caller
   */
  TrainingRun(PackageHome home, Path directory) throws IOException {
    this.home = home;
    this.directory = directory;
    this.layout = directory.resolve("layout");
    this.image = SampleImage.write(layout, NAME + ":" + TAG, LAYERS, LAYER_BYTES, SEED);
  }

  /**
   * Runs a node from start to end.
   *
   * @param javaOptions added to the package's own
   * @throws IOException when anything is not answered as it should be; the sentence says what
   */
  void run(String javaOptions) throws IOException, InterruptedException {
    makeCold();
    try (PackagedNode node =
            PackagedNode.start(
                List.of(home.launcher().toString()),
                PackagedNode.layout(layout),
                Map.of(
                    "SLUICE_JAVA_OPTS",
                    javaOptions,
                    "BOOTSTRAP_KIND",
                    "static",
                    "STATIC_BOOTSTRAP_PEERS",
                    TrainingPeer.ADDRESS),
                List.of(),
                directory.resolve("node.log"));
        TrainingPeer peer = TrainingPeer.of(node)) {
      node.awaitFirstByte(image.layers().get(0));
      peer.awaitFound();
      askForBlobs(node);
      askForTheRest(node);
      node.stop();
    }
  }

  /**
   * Runs a node that has a containerd from start to end.
   *
   * @param javaOptions added to the package's own
   * @throws IOException when it does not learn what there is
   */
  void runWithContainerd(String javaOptions) throws IOException, InterruptedException {
    // A socket's path is limited to 107 bytes (unix(7)), which the directory may have already.
    Path sockets = Files.createTempDirectory("sluice-");
    try (StandInContainerd containerd = new StandInContainerd(sockets.resolve("c.sock"))) {
      containerd.put(NAME + ":" + TAG, image.manifest());
      try (PackagedNode node =
          PackagedNode.start(
              List.of(home.launcher().toString()),
              PackagedNode.containerd(containerd, layout),
              Map.of("SLUICE_JAVA_OPTS", javaOptions),
              List.of(),
              directory.resolve("node-with-containerd.log"))) {
        node.await(node.metrics(), "/readyz");
        // Of the second one it hears by an event.
        containerd.put(NAME + ":" + LATER_TAG, image.manifest());
        String path = "/v2/training/manifests/" + LATER_TAG + "?ns=sluice.test";
        node.await(node.registry(), path);
        node.await(node.metrics(), "/metrics");
        node.stop();
      }
    } finally {
      Files.delete(sockets);
    }
  }

  /** First from the disk, then from the page cache. */
  private void makeCold() {
    for (Descriptor layer : image.layers()) {
      PageCache.drop(file(layer));
    }
  }

  private Path file(Descriptor blob) {
    String digest = blob.digest().toString();
    return layout.resolve("blobs").resolve(digest.replace(':', '/'));
  }

  private void askForBlobs(PackagedNode node) throws IOException {
    for (Descriptor layer : image.layers()) {
      node.get(layer);
    }
    for (Descriptor layer : image.layers()) {
      PageCache.load(file(layer));
      node.get(layer);
    }
    String path = "/v2/sample/blobs/" + image.layers().get(0).digest();
    expect(node, 206, "GET", path, "Range: bytes=1000-99999\r\n");
    expect(node, 200, "HEAD", path, "");
    expect(node, 404, "GET", "/v2/sample/blobs/" + ABSENT, "");
  }

  private void askForTheRest(PackagedNode node) throws IOException {
    String accept = "Accept: " + image.manifest().mediaType() + "\r\n";
    String byTag = "/v2/training/manifests/" + TAG + "?ns=sluice.test";
    expect(node, 200, "GET", "/v2/", "");
    expect(node, 200, "HEAD", byTag, accept);
    expect(node, 200, "GET", byTag, accept);
    expect(node, 200, "GET", "/v2/training/manifests/" + image.manifest().digest(), accept);
    expect(node, 404, "GET", "/v2/training/manifests/absent?ns=sluice.test", accept);
    expect(node, 200, "GET", "/v2/training/tags/list?ns=sluice.test", "");
    expect(node, 200, "GET", "/v2/training/referrers/" + image.manifest().digest(), "");
    for (String page : List.of("/metrics", "/livez", "/readyz")) {
      Exchange answer = Exchange.run(node.metrics(), "GET", page, "");
      require(200, answer, page, node);
    }
  }

  private static void expect(
      PackagedNode node, int status, String method, String path, String headers)
      throws IOException {
    require(status, Exchange.run(node.registry(), method, path, headers), path, node);
  }

  private static void require(int status, Exchange answer, String path, PackagedNode node)
      throws IOException {
    if (answer.status() != status) {
      throw new IOException(
          path + " was answered with " + answer.status() + "; the node said:\n" + node.logTail());
    }
  }
}
