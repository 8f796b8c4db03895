package io.sluice.routing.libp2p;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamListener;
import java.nio.ByteBuffer;

/** Sends back what it receives, and ends when the peer does. */
final class Echo implements StreamListener {
  private PeerStream stream;

  @Override
  public void onOpen(PeerStream opened) {
    stream = opened;
  }

  @Override
  public void onData(ByteBuffer bytes) {
    stream.send(bytes);
  }

  @Override
  public void onEnd() {
    stream.closeWrite();
  }

  @Override
  public void onFailed(String reason) {
    // Who asked hears of it.
  }
}
