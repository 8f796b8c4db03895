package io.sluice.containerd.protobuf;

import java.io.IOException;

/** Bytes that are no protobuf message, or not the expected one. */
public final class ProtobufException extends IOException {
  private static final long serialVersionUID = 1L;

  ProtobufException(String message) {
    super(message);
  }
}
