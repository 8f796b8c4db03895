package io.sluice.server.transfer;

/** Hears the outcome of {@link OpenBlobs#acquire} when it had to wait for the disk. */
public interface BlobListener {
  /** The blob is open; the requester holds one use of it. */
  void onBlobOpen(int requester, OpenBlob blob);

  /**
   * The blob cannot be served.
   *
   * @param errno why: {@code ENOENT} when this node does not have it
   */
  void onBlobUnavailable(int requester, int errno);

  /**
   * The file is there and cannot be read; heard once for as long as the blob stays open.
   *
   * @param errno why; 0 when the file ends before it should
   */
  void onBlobUnreadable(OpenBlob blob, int errno);
}
