package io.sluice.server.pull;

import java.util.List;

/**
 * How one reference went.
 *
 * @param reference what was asked for
 * @param error why it was not pulled, in a sentence; empty if it was
 * @param blobs what the image is made of; of a failed one, what containerd has of it
 * @param tookNs from beginning to end
 */
public record PullResult(
    PullReference reference, String error, List<PulledBlob> blobs, long tookNs) {
  /** The list does not change any more. */
  public PullResult {
    blobs = List.copyOf(blobs);
  }

  /** Whether containerd has the image. */
  public boolean ok() {
    return error.isEmpty();
  }
}
