package io.sluice.containerd;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.http2.Link;
import io.sluice.containerd.protobuf.MessageWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A connection that speaks gRPC. */
final class GrpcConnection implements Connection {
  private final Grpc grpc;

  private GrpcConnection(Grpc grpc) {
    this.grpc = grpc;
  }

  static Connection open(Path socket, Duration timeout) throws ContainerdException {
    return new GrpcConnection(new Grpc(Dial.connect(socket, timeout)));
  }

  @Override
  public Version version(Duration timeout) throws ContainerdException {
    String method = "containerd.services.version.v1.Version/Version";
    return Decoded.of(
        method, grpc.unary(method, null, new MessageWriter(), timeout), Decode::version);
  }

  @Override
  public List<Namespace> namespaces(Duration timeout) throws ContainerdException {
    List<Namespace> namespaces = new ArrayList<>();
    grpc.filtered(
        "containerd.services.namespaces.v1.Namespaces/List",
        null,
        List.of(),
        timeout,
        element -> namespaces.add(Decode.namespace(element)));
    return namespaces;
  }

  @Override
  public Namespace namespace(String name, Duration timeout) throws ContainerdException {
    // To ask for one by its name answers as if every name existed.
    for (Namespace namespace : namespaces(timeout)) {
      if (namespace.name().equals(name)) {
        return namespace;
      }
    }
    throw new ContainerdException(
        Kind.NAMESPACE_NOT_FOUND,
        "containerd has no namespace '" + name + "'; it appears with the first image in it.");
  }

  @Override
  public Images images(String namespace) {
    return new GrpcImages(grpc, namespace);
  }

  @Override
  public Contents contents(String namespace) {
    return new GrpcContents(grpc, namespace);
  }

  @Override
  public Subscription subscribe(List<String> filters, EventListener listener)
      throws ContainerdException {
    return EventThread.start(grpc, filters, listener);
  }

  @Override
  public Cri cri() {
    return new GrpcCri(grpc);
  }

  @Override
  public boolean isOpen() {
    return grpc.link().isOpen();
  }

  @Override
  public void close() {
    Link link = grpc.link();
    link.close();
  }
}
