package io.sluice.server.control;

import io.sluice.linux.Errno;
import io.sluice.server.log.Log;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Says in the log which blobs cannot be read and why, for each at most once in {@link
 * #INTERVAL_NS}: clients come again and again. Belongs to one thread.
 */
final class UnreadableBlobs {
  /** Between two lines about the same blob. */
  static final long INTERVAL_NS = TimeUnit.MINUTES.toNanos(1);

  /** Blobs that are remembered; of more, some are named more often. */
  static final int REMEMBERED = 256;

  private static final Log LOG = Log.of("store");

  private final LongSupplier nanoTime;
  private final Map<String, Long> saidNs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  UnreadableBlobs(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * A transfer of a blob has failed.
   *
   * @param digest as text
   * @param errno what a read or an open said; 0 when the file ends before it should
   */
  void report(String digest, int errno) {
    long nowNs = nanoTime.getAsLong();
    Long before = saidNs.get(digest);
    if (before != null && nowNs - before < INTERVAL_NS) {
      return;
    }
    saidNs.remove(digest);
    saidNs.put(digest, nowNs);
    if (errno == 0) {
      LOG.warn(
          "A blob has become shorter while it was served, and its transfers were broken off. Do not"
              + " change blobs; write a new file beside the old one and rename it.",
          "blob",
          digest);
    } else {
      LOG.error(
          "A blob cannot be read, and its transfers were broken off. Check its disk, its owner and"
              + " its mode.",
          "blob",
          digest,
          "cause",
          Errno.name(errno) + " (" + Errno.describe(errno) + ")");
    }
  }
}
