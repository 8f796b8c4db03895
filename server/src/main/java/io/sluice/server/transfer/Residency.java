package io.sluice.server.transfer;

/** Says what of a blob is sent from the page cache instead of being read. */
final class Residency {
  private final ResidentFiles files;
  private final boolean wanted;

  /**
   * Creates it.
   *
   * @param wanted whether anything may be sent from the page cache
   */
  Residency(ResidentFiles files, boolean wanted) {
    this.files = files;
    this.wanted = wanted;
  }

  /**
   * Whether the range from {@code position} to {@code end}, exclusive, is to be sent from there.
   */
  boolean isResident(OpenBlob blob, long position, long end) {
    return wanted && files.isResident(blob.fd, position, end - position);
  }
}
