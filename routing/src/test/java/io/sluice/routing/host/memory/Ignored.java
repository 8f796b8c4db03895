package io.sluice.routing.host.memory;

import io.sluice.routing.host.ConnectListener;
import io.sluice.routing.multiformat.PeerId;

/** Whoever does not care whether a connection comes about. */
public final class Ignored implements ConnectListener {
  @Override
  public void onConnected(PeerId peer) {}

  @Override
  public void onFailed(String reason) {}
}
