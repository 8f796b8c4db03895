package io.sluice.containerd;

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
    return grpc.find(SERVICE + "Info", namespace, digest, timeout, Decode::content);
  }

  @Override
  public void list(List<String> filters, Duration timeout, Consumer<Content> consumer)
      throws ContainerdException {
    grpc.filtered(
        SERVICE + "List",
        namespace,
        filters,
        timeout,
        element -> consumer.accept(Decode.content(element)));
  }

  @Override
  public List<Ingest> ingests(List<String> filters, Duration timeout) throws ContainerdException {
    List<Ingest> ingests = new ArrayList<>();
    grpc.filtered(
        SERVICE + "ListStatuses",
        namespace,
        filters,
        timeout,
        element -> ingests.add(Decode.ingest(element)));
    return ingests;
  }
}
