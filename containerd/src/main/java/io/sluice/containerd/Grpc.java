package io.sluice.containerd;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.hpack.Header;
import io.sluice.containerd.http2.Exchange;
import io.sluice.containerd.http2.Link;
import io.sluice.containerd.http2.StreamException;
import io.sluice.containerd.protobuf.ElementSplitter;
import io.sluice.containerd.protobuf.MessageReader;
import io.sluice.containerd.protobuf.MessageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Calls of gRPC over a link: one question, one or many messages for an answer. */
final class Grpc {
  /** In place of a time: until the connection ends. */
  static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE / 2);

  private static final int READ_BYTES = 4 << 10;
  private static final int PREFIX_BYTES = 5;
  private static final long TIMEOUT_MS_MAX = 99_999_999;

  private final Link link;

  Grpc(Link link) {
    this.link = link;
  }

  Link link() {
    return link;
  }

  /** Asks for one message. */
  MessageReader unary(
      String method, String namespaceOrNull, MessageWriter question, Duration timeout)
      throws ContainerdException {
    MessageReader[] answer = new MessageReader[1];
    list(
        method,
        namespaceOrNull,
        question,
        timeout,
        AnswerReader.WHOLE,
        message -> answer[0] = message);
    if (answer[0] == null) {
      throw new ContainerdException(
          Kind.NOT_CONTAINERD, method + " is answered without a message; that is not gRPC.");
    }
    return answer[0];
  }

  /**
   * Asks for one thing by its name, which is field 1 of the question as the thing is of the answer.
   *
   * @return empty if there is none of that name
   */
  <T> Optional<T> find(
      String method, String namespace, String name, Duration timeout, Decoded.Decoder<T> decoder)
      throws ContainerdException {
    try {
      MessageReader answer = unary(method, namespace, new MessageWriter().text(1, name), timeout);
      return Optional.of(
          Decoded.of(method, answer, message -> decoder.decode(Decode.only(message, 1))));
    } catch (ContainerdException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Asks for what passes one of the filters, which are field 1, as the list is of the answer. */
  void filtered(
      String method,
      String namespaceOrNull,
      List<String> filters,
      Duration timeout,
      ElementSplitter.Sink sink)
      throws ContainerdException {
    list(method, namespaceOrNull, new MessageWriter().texts(1, filters), timeout, 1, sink);
  }

  /**
   * Asks for a list: elements are handed to {@code sink} on this thread as they arrive.
   *
   * @param method with its service, such as {@code a.b.v1.Service/Method}
   * @param namespaceOrNull what the call is about; null if it is not about one
   * @param elementField the field of the answer that is the list, or {@link AnswerReader#WHOLE}
   */
  void list(
      String method,
      String namespaceOrNull,
      MessageWriter question,
      Duration timeout,
      int elementField,
      ElementSplitter.Sink sink)
      throws ContainerdException {
    long deadlineNs = System.nanoTime() + nanos(timeout);
    try {
      Exchange exchange = start(method, namespaceOrNull, question, timeout);
      receive(exchange, method, deadlineNs, new AnswerReader(elementField, sink));
    } catch (IOException | TimeoutException | InterruptedException e) {
      throw failure(method, timeout, e);
    }
  }

  /** Sends a question; the caller receives the answer. */
  Exchange start(String method, String namespaceOrNull, MessageWriter question, Duration timeout)
      throws ContainerdException {
    try {
      byte[] request = frame(question, method);
      long timeoutNs = nanos(timeout);
      return link.request(
          headers(method, namespaceOrNull, timeoutNs), request, System.nanoTime() + timeoutNs);
    } catch (IOException | TimeoutException | InterruptedException e) {
      throw failure(method, timeout, e);
    }
  }

  /** Receives an answer to its end, and makes sure that it ends well. */
  static void receive(Exchange exchange, String method, long deadlineNs, AnswerReader answer)
      throws IOException, TimeoutException, InterruptedException {
    boolean ended = false;
    try {
      ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
      boolean begun = false;
      while (exchange.read(buffer, deadlineNs) >= 0) {
        if (!begun) {
          GrpcStatus.requireGrpc(exchange.headers(), method);
          begun = true;
        }
        answer.onBytes(buffer.flip());
        buffer.clear();
        if (System.nanoTime() - deadlineNs > 0) {
          throw new TimeoutException();
        }
      }
      ended = true;
      GrpcStatus.requireGrpc(exchange.headers(), method);
      GrpcStatus.requireOk(exchange.trailersOrNull(), method);
      answer.end();
    } finally {
      if (!ended) {
        exchange.cancel();
      }
    }
  }

  private static List<Header> headers(String method, String namespaceOrNull, long timeoutNs)
      throws ContainerdException {
    List<Header> headers = new ArrayList<>(10);
    headers.add(new Header(":method", "POST"));
    headers.add(new Header(":scheme", "http"));
    headers.add(new Header(":path", "/" + method));
    headers.add(new Header(":authority", "localhost"));
    headers.add(new Header("te", "trailers"));
    headers.add(new Header("content-type", "application/grpc"));
    headers.add(new Header("user-agent", "sluice"));
    long timeoutMs = timeoutNs / 1_000_000 + 1;
    if (timeoutMs <= TIMEOUT_MS_MAX) {
      headers.add(new Header("grpc-timeout", timeoutMs + "m"));
    }
    if (namespaceOrNull != null) {
      headers.add(new Header("containerd-namespace", requireNamespace(namespaceOrNull)));
    }
    return headers;
  }

  private static String requireNamespace(String name) throws ContainerdException {
    boolean good = !name.isEmpty() && name.length() <= ContainerdLimits.NAMESPACE_CHARACTERS_MAX;
    for (int i = 0; i < name.length() && good; i++) {
      good = name.charAt(i) > ' ' && name.charAt(i) < 0x7f;
    }
    if (!good) {
      throw new ContainerdException(
          Kind.NAMESPACE_NOT_FOUND,
          "containerd can have no namespace of this name; letters, digits, '-', '.' and '_' make"
              + " one, at most "
              + ContainerdLimits.NAMESPACE_CHARACTERS_MAX
              + ".");
    }
    return name;
  }

  private static byte[] frame(MessageWriter question, String method) throws ContainerdException {
    byte[] message = question.toBytes();
    if (message.length > ContainerdLimits.QUESTION_BYTES_MAX) {
      throw new ContainerdException(
          Kind.TOO_LARGE,
          method
              + " would be sent "
              + message.length
              + " bytes, and at most "
              + ContainerdLimits.QUESTION_BYTES_MAX
              + " are; use fewer or shorter filters.");
    }
    ByteBuffer framed = ByteBuffer.allocate(PREFIX_BYTES + message.length);
    return framed.put((byte) 0).putInt(message.length).put(message).array();
  }

  private static long nanos(Duration timeout) {
    return timeout.compareTo(FOREVER) < 0 ? timeout.toNanos() : FOREVER.toNanos();
  }

  /** Says in one sentence why a call went wrong. */
  static ContainerdException failure(String method, Duration timeout, Exception cause) {
    if (cause instanceof ContainerdException said) {
      return said;
    }
    String why = cause.getMessage();
    if (cause instanceof StreamException stream) {
      return new ContainerdException(
          kind(stream.reason()), method + " failed: " + why + remedy(stream.reason()), cause);
    }
    if (cause instanceof TimeoutException) {
      String within = " was not answered within " + timeout.toMillis() + " ms";
      return new ContainerdException(
          Kind.DEADLINE,
          method + within + "; containerd is frozen or overloaded, its log may say why.",
          cause);
    }
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new ContainerdException(Kind.INTERRUPTED, method + " was interrupted.", cause);
    }
    if (cause instanceof ElementSplitter.TooLargeException) {
      return new ContainerdException(
          Kind.TOO_LARGE, method + " has an answer that is too large: " + why + ".", cause);
    }
    return new ContainerdException(
        Kind.NOT_CONTAINERD, method + " has an answer that is malformed: " + why + ".", cause);
  }

  private static Kind kind(StreamException.Reason reason) {
    return switch (reason) {
      case BROKEN -> Kind.NOT_CONTAINERD;
      case TOO_LARGE -> Kind.TOO_LARGE;
      case REFUSED, RESET, LOST -> Kind.UNAVAILABLE;
    };
  }

  private static String remedy(StreamException.Reason reason) {
    return switch (reason) {
      case BROKEN -> ", against the rules of HTTP/2; make sure that the socket is containerd's.";
      case TOO_LARGE -> ".";
      case REFUSED, RESET, LOST -> "; connect again.";
    };
  }
}
