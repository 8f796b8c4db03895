package io.sluice.server.cli;

import io.sluice.server.config.HostPort;
import io.sluice.server.config.Setting;
import io.sluice.server.metrics.SourceReport;
import io.sluice.server.pull.Sources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.util.Optional;

/** Asks the metrics port of this machine's node; says once if nobody answers. */
final class NodeSources implements Sources {
  private static final int TIMEOUT_MS = 5000;

  /** More than the rows of a node with all the loops that there can be. */
  private static final int REPORT_BYTES_MAX = 16 << 20;

  private final URI address;
  private final PrintStream err;
  private boolean hasComplained;

  NodeSources(HostPort metrics, PrintStream err) {
    this.address = URI.create("http://" + metrics + "/sources");
    this.err = err;
  }

  @Override
  public Optional<SourceReport> report() {
    try {
      return Optional.of(ask());
    } catch (IOException e) {
      if (!hasComplained) {
        hasComplained = true;
        err.println(
            address
                + " does not answer ("
                + e.getMessage()
                + "), so nobody knows where bytes come from; start the node, or name its port with "
                + Setting.METRICS_ADDR.flag()
                + ".");
      }
      return Optional.empty();
    }
  }

  private SourceReport ask() throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) address.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    try {
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException("status " + connection.getResponseCode());
      }
      try (InputStream in = connection.getInputStream()) {
        return SourceReport.parse(new ByteArrayInputStream(in.readNBytes(REPORT_BYTES_MAX)));
      }
    } finally {
      connection.disconnect();
    }
  }
}
