package io.sluice.routing.libp2p;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Sends a request, a part at a time as an echo of it arrives, and collects the answer. */
final class Exchange implements StreamListener {
  private static final int PART_BYTES = 100_000;

  private final byte[] request;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
  private PeerStream stream;
  private int sent;

  Exchange(byte[] request) {
    this.request = request;
  }

  CompletableFuture<byte[]> answer() {
    return answer;
  }

  @Override
  public void onOpen(PeerStream opened) {
    stream = opened;
    sendNext();
  }

  private void sendNext() {
    int length = Math.min(PART_BYTES, request.length - sent);
    if (!stream.send(ByteBuffer.wrap(request, sent, length))) {
      answer.completeExceptionally(new IOException("the stream takes no more"));
    }
    sent += length;
    if (sent == request.length) {
      stream.closeWrite();
    }
  }

  @Override
  public void onData(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    received.writeBytes(copy);
    if (received.size() == sent && sent < request.length) {
      sendNext();
    }
  }

  @Override
  public void onEnd() {
    answer.complete(received.toByteArray());
  }

  @Override
  public void onFailed(String reason) {
    answer.completeExceptionally(new IOException(reason));
  }
}
