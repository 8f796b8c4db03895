package io.sluice.server.loop;

import io.sluice.ring.simulation.BatchingDevice;
import io.sluice.ring.simulation.SimulatedContent;
import io.sluice.ring.simulation.SimulatedFile;
import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.server.store.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * A blob or manifest of a simulated run. Nobody on the way computes digests, so they are drawn, not
 * computed.
 */
final class SimulatedBlob {
  final Digest digest;
  final SimulatedContent content;

  /** Null for a blob that is no manifest. */
  final String mediaTypeOrNull;

  /** All files that ever had the blob's name: a transfer may still read an old one. */
  private final List<SimulatedFile> files = new ArrayList<>();

  SimulatedBlob(Digest digest, SimulatedContent content, String mediaTypeOrNull) {
    this.digest = digest;
    this.content = content;
    this.mediaTypeOrNull = mediaTypeOrNull;
  }

  boolean isManifest() {
    return mediaTypeOrNull != null;
  }

  long sizeBytes() {
    return content.size();
  }

  /** The path below the store's directory. */
  String path() {
    return digest.algorithm() + "/" + digest.hex();
  }

  /** Puts a new file with the whole content in place, as {@code rename(2)} would. */
  void put(SimulatedKernel kernel, int directoryFd) {
    SimulatedFile file = new SimulatedFile(content);
    files.add(file);
    kernel.addFile(directoryFd, SimulatedNode.BLOBS + path(), file);
  }

  void remove(SimulatedKernel kernel, int directoryFd) {
    kernel.removeFile(directoryFd, SimulatedNode.BLOBS + path());
  }

  /** Cuts the newest file off. */
  void truncate(long sizeBytes) {
    SimulatedFile newest = files.getLast();
    newest.truncate(Math.min(sizeBytes, newest.sizeBytes()));
  }

  /** Puts a range of the newest file into the page cache, or drops it from there. */
  void setResident(long from, long to, boolean resident) {
    if (resident) {
      files.getLast().makeResident(from, to);
    } else {
      files.getLast().dropPages(from, to);
    }
  }

  /** From now on reads of the newest file that touch a range end with {@code -EIO}. */
  void failReads(long from, long to) {
    files.getLast().failReads(from, to);
  }

  /** From now on the device takes so much longer for each read of the newest file. */
  void delayReads(long delayNs) {
    files.getLast().delayReads(delayNs);
  }

  /** From now on the newest file lies on a device that it may share with others. */
  void moveTo(BatchingDevice device) {
    files.getLast().moveTo(device);
  }

  /** Bytes that were read from the device, of all files the blob ever had. */
  long deviceReadBytes() {
    long sum = 0;
    for (SimulatedFile file : files) {
      sum += file.deviceReadBytes();
    }
    return sum;
  }

  /** Whether this node has, or had, a file of the blob. */
  boolean isLocal() {
    return !files.isEmpty();
  }

  /** Whether a file of it is shorter than the blob: what is served then may be so, too. */
  boolean isTruncated() {
    for (SimulatedFile file : files) {
      if (file.sizeBytes() < content.size()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return (isLocal() ? "local" : "remote")
        + (isManifest() ? " manifest" : " blob")
        + " of "
        + sizeBytes()
        + " bytes"
        + (isTruncated() ? ", truncated" : "");
  }
}
