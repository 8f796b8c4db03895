package io.sluice.server.control;

import io.sluice.routing.ContentRouter;
import io.sluice.server.store.BlobStore;
import java.util.List;

/** A control plane without a thread: answers when it is told to, on the caller's thread. */
public final class InlineControlPlane {
  private final ControlPlane control;

  /** Creates a control plane for the given loops. */
  public InlineControlPlane(
      List<ControlChannel> channels,
      BlobStore store,
      ContentRouter router,
      MediaTypes mediaTypes) {
    control = new ControlPlane(channels, store, router, mediaTypes);
  }

  /** Answers what waits for an answer. */
  public void serve() {
    control.serve();
  }
}
