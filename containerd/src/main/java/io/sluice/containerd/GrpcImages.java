package io.sluice.containerd;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.protobuf.MessageReader;
import io.sluice.containerd.protobuf.MessageWriter;
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
    grpc.list(
        SERVICE + "List",
        namespace,
        new MessageWriter().texts(1, filters),
        timeout,
        1,
        element -> consumer.accept(Decode.image(element)));
  }

  @Override
  public Optional<Image> get(String name, Duration timeout) throws ContainerdException {
    String method = SERVICE + "Get";
    try {
      MessageReader answer =
          grpc.unary(method, namespace, new MessageWriter().text(1, name), timeout);
      return Optional.of(
          Decoded.of(method, answer, message -> Decode.image(Decode.only(message, 1))));
    } catch (ContainerdException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
