package io.sluice.server.pull;

import java.util.List;

/** Hears how a pull goes, on the thread that waits for it. */
@FunctionalInterface
public interface PullListener {
  /** What is known of the image's blobs now, a few times a second. */
  void onProgress(List<BlobProgress> blobs);
}
