package io.sluice.containerd;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.protobuf.MessageReader;
import io.sluice.containerd.protobuf.MessageWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code containerd.services.content.v1.Content}. */
final class GrpcContents implements Contents {
  private static final String SERVICE = "containerd.services.content.v1.Content/";

  private final Grpc grpc;
  private final String namespace;

  GrpcContents(Grpc grpc, String namespace) {
    this.grpc = grpc;
    this.namespace = namespace;
  }

  @Override
  public Optional<Content> info(String digest, Duration timeout) throws ContainerdException {
    String method = SERVICE + "Info";
    try {
      MessageReader answer =
          grpc.unary(method, namespace, new MessageWriter().text(1, digest), timeout);
      return Optional.of(
          Decoded.of(method, answer, message -> Decode.content(Decode.only(message, 1))));
    } catch (ContainerdException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void list(List<String> filters, Duration timeout, Consumer<Content> consumer)
      throws ContainerdException {
    grpc.list(
        SERVICE + "List",
        namespace,
        new MessageWriter().texts(1, filters),
        timeout,
        1,
        element -> consumer.accept(Decode.content(element)));
  }

  @Override
  public List<Ingest> ingests(List<String> filters, Duration timeout) throws ContainerdException {
    List<Ingest> ingests = new ArrayList<>();
    grpc.list(
        SERVICE + "ListStatuses",
        namespace,
        new MessageWriter().texts(1, filters),
        timeout,
        1,
        element -> ingests.add(Decode.ingest(element)));
    return ingests;
  }
}
