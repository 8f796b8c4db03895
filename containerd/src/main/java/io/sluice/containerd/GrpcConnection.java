package io.sluice.containerd;

import java.nio.file.Path;
import java.time.Duration;

/** A connection that speaks gRPC. */
final class GrpcConnection {
  private GrpcConnection() {}

  static Connection open(Path socket, Duration timeout) throws ContainerdException {
    throw new ContainerdException(
        ContainerdException.Kind.UNIMPLEMENTED, "there is no client of " + socket + " yet.");
  }
}
