package io.sluice.routing.kademlia;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamListener;
import java.nio.ByteBuffer;

/** Hears and does nothing. */
class Quiet implements StreamListener {
  @Override
  public void onOpen(PeerStream stream) {}

  @Override
  public void onData(ByteBuffer bytes) {}

  @Override
  public void onEnd() {}

  @Override
  public void onFailed(String reason) {}
}
