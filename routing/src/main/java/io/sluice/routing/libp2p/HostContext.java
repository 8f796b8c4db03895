package io.sluice.routing.libp2p;

import io.sluice.routing.host.Scheduler;
import io.sluice.routing.libp2p.buffer.TotalBudget;
import io.sluice.routing.libp2p.noise.NoiseChannel;
import io.sluice.routing.libp2p.noise.NoiseSelf;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;

/** What all connections of a host share: keys, memory for what is done at once, the clock. */
final class HostContext {
  static final String YAMUX = "/yamux/1.0.0";
  static final String NOISE = "/noise";

  final HostOptions options;
  final Scheduler scheduler;
  final Protocols protocols = new Protocols();
  final NoiseSelf noise;
  final TotalBudget budget;
  final SecureRandom random = new SecureRandom();

  /** Where the next frame is composed, and where it is sealed. */
  final ByteBuffer plain = ByteBuffer.allocate(HostLimits.SEND_CHUNK_BYTES);

  final ByteBuffer sealed =
      ByteBuffer.allocate(HostLimits.SEND_CHUNK_BYTES + NoiseChannel.FRAME_OVERHEAD_BYTES);

  private final ArrayDeque<Connection> unflushed = new ArrayDeque<>();

  /** For a host whose largest connection {@code relief} closes when memory is exhausted. */
  HostContext(HostOptions options, Scheduler scheduler, Runnable relief) {
    this.options = options;
    this.scheduler = scheduler;
    noise = new NoiseSelf(options.identity(), List.of(YAMUX));
    budget = new TotalBudget(HostLimits.TOTAL_BUFFER_BYTES, relief);
  }

  long nowNs() {
    return scheduler.nowNs();
  }

  /** Has a connection send at the end of this turn what it will have by then. */
  void flushLater(Connection connection) {
    if (unflushed.isEmpty()) {
      scheduler.execute(this::flush);
    }
    unflushed.add(connection);
  }

  private void flush() {
    for (int i = unflushed.size(); i > 0; i--) {
      unflushed.poll().flush();
    }
    if (!unflushed.isEmpty()) {
      scheduler.execute(this::flush);
    }
  }
}
