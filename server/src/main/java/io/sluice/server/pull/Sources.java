package io.sluice.server.pull;

import io.sluice.server.metrics.SourceReport;
import java.util.Optional;

/** Says where the bytes came from that this machine's node has delivered. */
@FunctionalInterface
public interface Sources {
  /** What it has delivered until now; empty when it cannot be asked. */
  Optional<SourceReport> report();
}
