package io.sluice.server.node;

import io.sluice.server.log.Log;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Logs what a router says, but what it says again and again only once in a while: a node that is
 * alone tries to find others every few seconds for as long as it is. Any thread may call.
 */
final class RouterLog implements Consumer<String> {
  /** Before the same sentence is logged again. */
  static final long REPEAT_NS = 600_000_000_000L;

  private static final Log LOG = Log.of("router");

  private final Consumer<String> log;
  private final LongSupplier nanoTime;
  private String last = "";
  private long lastNs;

  RouterLog() {
    this(LOG::info, System::nanoTime);
  }

  RouterLog(Consumer<String> log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void accept(String sentence) {
    long nowNs = nanoTime.getAsLong();
    if (!sentence.equals(last) || nowNs - lastNs >= REPEAT_NS) {
      last = sentence;
      lastNs = nowNs;
      log.accept(sentence);
    }
  }
}
