package io.sluice.server.doctor;

import io.sluice.server.config.Limits;
import io.sluice.server.config.Settings;

/** Whether there are descriptors for all connections, blobs and the rest. */
final class DescriptorCheck {
  private static final String SUBJECT = "descriptors";

  private final Machine machine;
  private final Settings settings;

  DescriptorCheck(Machine machine, Settings settings) {
    this.machine = machine;
    this.settings = settings;
  }

  /** A warning if the default number of connections had to be lowered, a failure if too many. */
  Finding limit() {
    long besides = Limits.DESCRIPTORS_BESIDES_CONNECTIONS;
    long needed = settings.maxConnections() + besides;
    long allowed = machine.descriptorLimit();
    if (allowed < needed) {
      return Finding.fail(
          SUBJECT,
          allowed
              + " may be open and "
              + needed
              + " are needed; raise the limit (ulimit -n, LimitNOFILE=) or lower"
              + " --max-connections.");
    }
    if (settings.maxConnections() < Limits.CONNECTIONS && allowed < Limits.CONNECTIONS + besides) {
      return Finding.warn(
          SUBJECT,
          allowed
              + " may be open, enough for "
              + settings.maxConnections()
              + " connections rather than "
              + Limits.CONNECTIONS
              + "; raise the limit (ulimit -n, LimitNOFILE=) to "
              + (Limits.CONNECTIONS + besides)
              + ".");
    }
    String limit = allowed == Machine.UNLIMITED ? "unlimited" : allowed + " may be open";
    return Finding.ok(SUBJECT, limit + ", " + needed + " needed at most");
  }
}
