package io.sluice.server.e2e;

import java.util.List;

/** A network that programs can be run in. */
interface HostNetwork {
  /** The words that run a command inside. */
  List<String> enter(List<String> command);
}
