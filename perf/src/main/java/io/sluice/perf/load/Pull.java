package io.sluice.perf.load;

import io.sluice.perf.data.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Fetches an image's layers the way containerd does: three at once, each compared with its digest
 * and written to the directory that the node beside it serves from.
 */
public final class Pull {
  /** Of containerd: {@code max_concurrent_downloads}. */
  private static final int AT_ONCE = 3;

  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int TIMEOUT_MS = 30_000;

  private final InetSocketAddress server;
  private final Path blobs;
  private final Queue<BlobRequest> left;
  private volatile IOException failure;

  private Pull(InetSocketAddress server, Path blobs, List<BlobRequest> layers) {
    this.server = server;
    this.blobs = blobs;
    this.left = new ConcurrentLinkedQueue<>(layers);
  }

  /**
   * Fetches all layers.
   *
   * @param server who is asked
   * @param blobs gets a file for each, named by its digest, once it is complete
   * @param layers whole blobs
   * @return how long it took, in nanoseconds
   * @throws IOException when one was not answered with its bytes
   * @throws InterruptedException when this thread is interrupted
   */
  public static long run(InetSocketAddress server, Path blobs, List<BlobRequest> layers)
      throws IOException, InterruptedException {
    Pull pull = new Pull(server, blobs, layers);
    long startNs = System.nanoTime();
    Thread[] threads = new Thread[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
      threads[i] = Thread.ofPlatform().daemon().name("pull-" + i).start(pull::fetchAll);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (pull.failure != null) {
      throw pull.failure;
    }
    return System.nanoTime() - startNs;
  }

  private void fetchAll() {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      for (BlobRequest layer = left.poll(); layer != null; layer = left.poll()) {
        fetch(layer, buffer);
      }
    } catch (IOException e) {
      failure = e;
      left.clear();
    }
  }

  private void fetch(BlobRequest layer, byte[] buffer) throws IOException {
    String host = server.getAddress().getHostAddress() + ":" + server.getPort();
    URI uri = URI.create("http://" + host + layer.path());
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    layer.check(connection.getResponseCode(), connection.getContentLengthLong());
    MessageDigest sha256 = Sha256.begin();
    Path partial = Files.createTempFile(blobs, "pull-", ".partial");
    try (InputStream in = connection.getInputStream();
        OutputStream out = Files.newOutputStream(partial)) {
      for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
        sha256.update(buffer, 0, bytes);
        out.write(buffer, 0, bytes);
      }
    }
    String digestHex = Sha256.hex(sha256);
    if (!digestHex.equals(layer.digestHex())) {
      Files.delete(partial);
      throw new IOException(server + " sent wrong bytes for " + layer.path());
    }
    Files.move(partial, blobs.resolve(digestHex), StandardCopyOption.REPLACE_EXISTING);
  }
}
