package io.sluice.server.control;

import io.sluice.routing.ContentRouter;
import io.sluice.server.store.BlobStore;
import java.util.List;

/** A control plane without a thread: answers when it is told to, on the caller's thread. */
public final class InlineControlPlane {
  private final List<ControlChannel> channels;
  private final ControlPlane control;

  /** Creates a control plane for the given loops. */
  public InlineControlPlane(
      List<ControlChannel> channels, BlobStore store, ContentRouter router, MediaTypes mediaTypes) {
    this.channels = channels;
    control = new ControlPlane(channels, store, router, mediaTypes);
  }

  /** Whether something waits for an answer. */
  public boolean hasRequests() {
    for (ControlChannel channel : channels) {
      if (channel.hasRequests()) {
        return true;
      }
    }
    return false;
  }

  /** Answers what waits for an answer. */
  public void serve() {
    control.serve();
  }

  /** Ends it: what a router still finds is ignored. */
  public void close() {
    channels.forEach(ControlChannel::close);
  }
}
