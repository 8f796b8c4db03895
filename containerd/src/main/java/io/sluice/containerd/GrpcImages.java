package io.sluice.containerd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code containerd.services.images.v1.Images}. */
final class GrpcImages implements Images {
  private static final String SERVICE = "containerd.services.images.v1.Images/";

  private final Grpc grpc;
  private final String namespace;

  GrpcImages(Grpc grpc, String namespace) {
    this.grpc = grpc;
    this.namespace = namespace;
  }

  @Override
  public void list(List<String> filters, Duration timeout, Consumer<Image> consumer)
      throws ContainerdException {
    grpc.filtered(
        SERVICE + "List",
        namespace,
        filters,
        timeout,
        element -> consumer.accept(Decode.image(element)));
  }

  @Override
  public Optional<Image> get(String name, Duration timeout) throws ContainerdException {
    return grpc.find(SERVICE + "Get", namespace, name, timeout, Decode::image);
  }
}
