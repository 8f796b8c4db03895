package io.sluice.containerd;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.hpack.HeaderList;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** How an answer ends, as a value or as what to throw. */
final class GrpcStatus {
  private static final int MESSAGE_CHARACTERS_MAX = 1000;
  private static final String[] NAMES = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
  };

  private GrpcStatus() {}

  /** Whether these headers begin an answer of gRPC. */
  static void requireGrpc(HeaderList headers, String method) throws ContainerdException {
    String status = headers.firstOrNull(":status");
    String type = headers.firstOrNull("content-type");
    if ("200".equals(status) && type != null && type.startsWith("application/grpc")) {
      return;
    }
    throw new ContainerdException(
        "503".equals(status) ? Kind.UNAVAILABLE : Kind.NOT_CONTAINERD,
        method
            + " is answered with HTTP status "
            + clean(status)
            + " and type "
            + clean(type == null ? "none" : type)
            + ", not with gRPC; make sure that the socket is containerd's.");
  }

  /** Throws what the trailers say, unless they say that all went well. */
  static void requireOk(HeaderList trailersOrNull, String method) throws ContainerdException {
    String code = trailersOrNull == null ? null : trailersOrNull.firstOrNull("grpc-status");
    if (code == null) {
      throw new ContainerdException(
          Kind.NOT_CONTAINERD, method + " is answered without a status; that is not gRPC.");
    }
    if (code.equals("0")) {
      return;
    }
    String message = trailersOrNull.firstOrNull("grpc-message");
    String name = name(code);
    throw new ContainerdException(
        kind(name),
        method
            + " failed, containerd says "
            + name
            + ": "
            + decode(message == null ? "" : message));
  }

  private static String name(String code) {
    for (int i = 0; i < NAMES.length; i++) {
      if (code.equals(Integer.toString(i))) {
        return NAMES[i];
      }
    }
    return "status " + clean(code);
  }

  private static Kind kind(String name) {
    return switch (name) {
      case "DEADLINE_EXCEEDED" -> Kind.DEADLINE;
      case "NOT_FOUND" -> Kind.NOT_FOUND;
      case "UNIMPLEMENTED" -> Kind.UNIMPLEMENTED;
      case "UNAVAILABLE", "CANCELLED" -> Kind.UNAVAILABLE;
      default -> Kind.FAILED;
    };
  }

  /** A message as gRPC sends it: UTF-8, of which what is not printable ASCII is written %XX. */
  static String decode(String message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.length());
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      int high = i + 2 < message.length() ? Character.digit(message.charAt(i + 1), 16) : -1;
      int low = i + 2 < message.length() ? Character.digit(message.charAt(i + 2), 16) : -1;
      if (c == '%' && high >= 0 && low >= 0) {
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return clean(bytes.toString(StandardCharsets.UTF_8));
  }

  /** Text of somebody else's that can be printed. */
  private static String clean(String text) {
    int length = Math.min(text.length(), MESSAGE_CHARACTERS_MAX);
    StringBuilder out = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) ? ' ' : c);
    }
    return out.append(length < text.length() ? "..." : "").toString();
  }
}
