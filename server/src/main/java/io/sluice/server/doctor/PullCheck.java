package io.sluice.server.doctor;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.HostPort;
import io.sluice.server.config.Settings;
import io.sluice.server.pull.PullReference;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Whether a node answers for a reference, and how fast. */
final class PullCheck {
  private static final String SUBJECT = "pull";
  private static final int PATIENCE_MS = 5000;
  private static final long NS_PER_MS = 1_000_000;
  private static final String ACCEPT =
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json,"
          + " application/vnd.docker.distribution.manifest.v2+json";

  private final Settings settings;
  private final String image;

  PullCheck(Settings settings, String image) {
    this.settings = settings;
    this.image = image;
  }

  /** Asks for the manifest's head, as containerd does first. */
  Finding head() {
    PullReference reference;
    try {
      reference = PullReference.parse(image);
    } catch (IllegalArgumentException e) {
      return Finding.fail(SUBJECT, e.getMessage());
    }
    HostPort node = settings.registryAddr().fromThisNode();
    URI uri =
        URI.create(
            "http://"
                + node
                + "/v2/"
                + reference.repository()
                + "/manifests/"
                + reference.tagOrDigest()
                + "?ns="
                + reference.registry());
    try {
      return ask(uri, reference);
    } catch (IOException e) {
      return Finding.fail(
          SUBJECT,
          "no node answers at "
              + node
              + " ("
              + e.getMessage()
              + "); start one, or say where it is with --registry-addr.");
    }
  }

  private Finding ask(URI uri, PullReference reference) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod("HEAD");
    connection.setConnectTimeout(PATIENCE_MS);
    connection.setReadTimeout(PATIENCE_MS);
    connection.setRequestProperty("Accept", ACCEPT);
    settings
        .basicAuthFile()
        .map(BasicAuth::load)
        .ifPresent(auth -> connection.setRequestProperty("Authorization", auth.headerValue()));
    long startedNs = System.nanoTime();
    try {
      int status = connection.getResponseCode();
      long tookMs = (System.nanoTime() - startedNs) / NS_PER_MS;
      return switch (status) {
        case HttpURLConnection.HTTP_OK ->
            Finding.ok(
                SUBJECT,
                reference
                    + " is "
                    + connection.getHeaderField("Docker-Content-Digest")
                    + ", answered in "
                    + tookMs
                    + " ms");
        case HttpURLConnection.HTTP_NOT_FOUND ->
            Finding.warn(
                SUBJECT,
                "nobody has "
                    + reference
                    + " (answered in "
                    + tookMs
                    + " ms), so containerd pulls it from its registry; try one that a node has.");
        case HttpURLConnection.HTTP_UNAUTHORIZED ->
            Finding.fail(SUBJECT, "the node wants credentials; name them with --basic-auth-file.");
        default -> Finding.fail(SUBJECT, "the node answers " + status + "; its log says why.");
      };
    } finally {
      connection.disconnect();
    }
  }
}
