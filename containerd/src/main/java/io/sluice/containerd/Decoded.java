package io.sluice.containerd;

import io.sluice.containerd.protobuf.MessageReader;
import java.io.IOException;
import java.time.Duration;

/** What a message says, or why it says nothing. */
final class Decoded {
  /** Makes a value of a message. */
  @FunctionalInterface
  interface Decoder<T> {
    T decode(MessageReader message) throws IOException;
  }

  private Decoded() {}

  static <T> T of(String method, MessageReader message, Decoder<T> decoder)
      throws ContainerdException {
    try {
      return decoder.decode(message);
    } catch (IOException e) {
      throw Grpc.failure(method, Duration.ZERO, e);
    }
  }
}
