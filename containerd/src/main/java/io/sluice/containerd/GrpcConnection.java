package io.sluice.containerd;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.http2.Link;
import io.sluice.containerd.protobuf.MessageReader;
import io.sluice.containerd.protobuf.MessageWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A connection that speaks gRPC. */
final class GrpcConnection implements Connection {
  private static final String NAMESPACES = "containerd.services.namespaces.v1.Namespaces/";

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
    grpc.list(
        NAMESPACES + "List",
        null,
        new MessageWriter(),
        timeout,
        1,
        element -> namespaces.add(Decode.namespace(element)));
    return namespaces;
  }

  @Override
  public Namespace namespace(String name, Duration timeout) throws ContainerdException {
    String method = NAMESPACES + "Get";
    try {
      MessageReader answer = grpc.unary(method, null, new MessageWriter().text(1, name), timeout);
      return Decoded.of(method, answer, message -> Decode.namespace(Decode.only(message, 1)));
    } catch (ContainerdException e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
      throw new ContainerdException(
          Kind.NAMESPACE_NOT_FOUND,
          "containerd has no namespace '" + name + "'; it appears with the first image in it.",
          e);
    }
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
