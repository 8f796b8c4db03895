package io.sluice.server.demo;

import io.sluice.server.store.Descriptor;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** Pulls an image over HTTP as a client does, and checks the digest of every blob. */
final class DemoPull {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int HTTP_OK = 200;
  private static final long FOUND_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long POLL_MS = 50;

  private final URI registry;
  private final String repository;
  private final String query;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /**
   * Prepares to pull.
   *
   * @param registry base URL of the node
   * @param repository name without registry
   * @param upstream the registry that the image is of, for {@code ns=}
   */
  DemoPull(URI registry, String repository, String upstream) {
    this.registry = registry;
    this.repository = repository;
    this.query = "?ns=" + upstream;
  }

  /**
   * Waits until the node finds who has a tag.
   *
   * @throws IOException when it does not in time
   */
  void awaitFound(String tag) throws IOException, InterruptedException {
    URI url = registry.resolve("/v2/" + repository + "/manifests/" + tag + query);
    long startNs = System.nanoTime();
    while (System.nanoTime() - startNs < FOUND_TIMEOUT_NS) {
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setRequestMethod("HEAD");
      if (connection.getResponseCode() == HTTP_OK) {
        return;
      }
      Thread.sleep(POLL_MS);
    }
    throw new IOException(url + " is not found at any node");
  }

  /** Fetches the manifest by tag, then what it refers to; returns the bytes fetched. */
  long pull(SampleImage image, String tag) throws IOException {
    long bytes = fetch("manifests/" + tag, image.manifest());
    bytes += fetch("blobs/" + image.config().digest(), image.config());
    for (Descriptor layer : image.layers()) {
      bytes += fetch("blobs/" + layer.digest(), layer);
    }
    return bytes;
  }

  private long fetch(String path, Descriptor expected) throws IOException {
    URI url = registry.resolve("/v2/" + repository + "/" + path + query);
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    if (connection.getResponseCode() != HTTP_OK) {
      throw new IOException(url + " was answered with " + connection.getResponseCode());
    }
    MessageDigest hash = sha256();
    long bytes = 0;
    try (InputStream body = connection.getInputStream()) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        hash.update(buffer, 0, read);
        bytes += read;
      }
    }
    Digest digest = new Digest("sha256", HexFormat.of().formatHex(hash.digest()));
    if (!digest.equals(expected.digest())) {
      throw new IOException(url + " gave " + digest + " instead of " + expected.digest());
    }
    return bytes;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
