package io.sluice.routing.libp2p.yamux;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.buffer.BufferBudget;
import io.sluice.routing.libp2p.buffer.TotalBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** One side of a session without a connection. */
final class YamuxSide implements YamuxListener {
  final TotalBudget total = new TotalBudget(HostLimits.TOTAL_BUFFER_BYTES, () -> {});
  final YamuxSession session;
  final List<Received> accepted = new ArrayList<>();
  int pongs;
  long goAway = -1;
  boolean closed;

  YamuxSide(boolean client) {
    BufferBudget budget = new BufferBudget(total, HostLimits.CONNECTION_BUFFER_BYTES);
    session = new YamuxSession(client, this, budget);
  }

  /** What arrives on one stream. */
  static final class Received implements YamuxStreamListener {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    YamuxStream stream;
    boolean ended;
    String failure;

    @Override
    public void onData(ByteBuffer data) {
      while (data.hasRemaining()) {
        bytes.write(data.get());
      }
    }

    @Override
    public void onEnd() {
      ended = true;
    }

    @Override
    public void onFailed(String reason) {
      failure = reason;
    }
  }

  Received open() {
    Received received = new Received();
    received.stream = session.open(received);
    return received;
  }

  /** Takes a frame in hexadecimal: header, then data. */
  void receive(String hex) throws IOException {
    session.onBytes(ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  void receive(byte[] bytes) throws IOException {
    session.onBytes(ByteBuffer.wrap(bytes));
  }

  /** All that is to be sent. */
  byte[] output() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(HostLimits.SEND_CHUNK_BYTES);
    while (session.hasOutput()) {
      session.fill(chunk.clear());
      all.write(chunk.array(), 0, chunk.position());
    }
    return all.toByteArray();
  }

  String outputHex() {
    return HexFormat.of().formatHex(output());
  }

  @Override
  public YamuxStreamListener onStream(YamuxStream stream) {
    Received received = new Received();
    received.stream = stream;
    accepted.add(received);
    return received;
  }

  @Override
  public void onOutput() {
    // Asked for when a test wants it.
  }

  @Override
  public void onPong() {
    pongs++;
  }

  @Override
  public void onGoAway(long code) {
    goAway = code;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }
}
