package io.sluice.server.control;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.Limits;
import io.sluice.server.config.StartupException;
import io.sluice.server.http.Credentials;
import io.sluice.server.log.Log;
import java.nio.file.Path;

/**
 * Credentials that are in a file, or in the two of a mounted secret, and follow it when it changes.
 * While it cannot be read, those that were read last hold.
 */
public final class BasicAuthFile {
  private static final Log LOG = Log.of("auth");

  private final Path path;
  private final Credentials credentials;
  private BasicAuth last;
  private String complaint = "";
  private long lookedNs;

  /**
   * Reads the file for the first time.
   *
   * @param credentials are set to what is read
   * @throws StartupException in one sentence, if it cannot be read
   */
  public BasicAuthFile(Path path, Credentials credentials) {
    this.path = path;
    this.credentials = credentials;
    set(BasicAuth.load(path));
  }

  /** Looks whether it has changed, if it is time to. One thread may call. */
  void look(long nowNs) {
    if (nowNs - lookedNs < Limits.BASIC_AUTH_LOOK_NS && lookedNs != 0) {
      return;
    }
    lookedNs = nowNs;
    try {
      BasicAuth now = BasicAuth.load(path);
      complaint = "";
      if (!now.equals(last)) {
        set(now);
        LOG.info("credentials have changed", "file", path, "user", now.user());
      }
    } catch (StartupException e) {
      if (!complaint.equals(e.getMessage())) {
        complaint = e.getMessage();
        LOG.warn("the credentials before this hold: " + complaint);
      }
    }
  }

  private void set(BasicAuth auth) {
    last = auth;
    credentials.require(auth.headerValue());
  }
}
