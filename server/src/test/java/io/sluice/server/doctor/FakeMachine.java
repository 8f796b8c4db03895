package io.sluice.server.doctor;

import io.sluice.ring.UringAvailability;
import java.nio.file.Path;

/** A machine on which all is well, until a test says otherwise. */
final class FakeMachine implements Machine {
  String kernelRelease = "6.1.0-37-amd64";
  UringAvailability uring = UringAvailability.AVAILABLE;
  String missingOperations = "";
  long lockableBytes = UNLIMITED;
  long descriptorLimit = 1_048_576;
  long memoryLimitBytes = UNLIMITED;
  boolean socketMemoryCharged = true;
  DirectIo directIo = new DirectIo(0, 512, 512);

  @Override
  public String kernelRelease() {
    return kernelRelease;
  }

  @Override
  public UringAvailability uring() {
    return uring;
  }

  @Override
  public String missingOperations() {
    return missingOperations;
  }

  @Override
  public long lockableBytes() {
    return lockableBytes;
  }

  @Override
  public long descriptorLimit() {
    return descriptorLimit;
  }

  @Override
  public long memoryLimitBytes() {
    return memoryLimitBytes;
  }

  @Override
  public boolean isSocketMemoryCharged() {
    return socketMemoryCharged;
  }

  @Override
  public DirectIo directIo(Path file) {
    return directIo;
  }
}
