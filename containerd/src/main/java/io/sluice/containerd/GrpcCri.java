package io.sluice.containerd;

import io.sluice.containerd.protobuf.MessageWriter;
import java.time.Duration;

/** {@code runtime.v1}. */
final class GrpcCri implements Cri {
  private final Grpc grpc;

  GrpcCri(Grpc grpc) {
    this.grpc = grpc;
  }

  @Override
  public String pullImage(String image, RegistryAuth authOrNull, Duration timeout)
      throws ContainerdException {
    MessageWriter question = new MessageWriter().message(1, new MessageWriter().text(1, image));
    if (authOrNull != null) {
      question.message(
          2, new MessageWriter().text(1, authOrNull.username()).text(2, authOrNull.password()));
    }
    String method = "runtime.v1.ImageService/PullImage";
    return Decoded.of(
        method, grpc.unary(method, null, question, timeout), answer -> Decode.text(answer, 1));
  }

  @Override
  public CriStatus status(Duration timeout) throws ContainerdException {
    String method = "runtime.v1.RuntimeService/Status";
    MessageWriter verbose = new MessageWriter().number(1, 1);
    return Decoded.of(method, grpc.unary(method, null, verbose, timeout), Decode::criStatus);
  }
}
