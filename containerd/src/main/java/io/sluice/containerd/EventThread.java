package io.sluice.containerd;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.http2.Exchange;
import io.sluice.containerd.protobuf.MessageReader;
import io.sluice.containerd.protobuf.MessageWriter;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Receives events and hands them to a listener. */
final class EventThread implements Subscription {
  private static final String METHOD = "containerd.services.events.v1.Events/Subscribe";
  private static final long STACK_BYTES = 256 << 10;

  /** What a listener threw, on its way out. */
  private static final class ListenerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListenerException(RuntimeException cause) {
      super(cause);
    }
  }

  private final Exchange exchange;
  private final EventListener listener;
  private volatile boolean closed;

  private EventThread(Exchange exchange, EventListener listener) {
    this.exchange = exchange;
    this.listener = listener;
  }

  static EventThread start(Grpc grpc, List<String> filters, EventListener listener)
      throws ContainerdException {
    MessageWriter question = new MessageWriter().texts(1, filters);
    Exchange exchange = grpc.start(METHOD, null, question, Grpc.FOREVER);
    EventThread events = new EventThread(exchange, listener);
    Thread.ofPlatform()
        .name("sluice-containerd-events")
        .daemon()
        .stackSize(STACK_BYTES)
        .start(events::run);
    return events;
  }

  @Override
  public void close() {
    closed = true;
    exchange.cancel();
  }

  private void run() {
    ContainerdException cause;
    try {
      long deadlineNs = System.nanoTime() + Grpc.FOREVER.toNanos();
      AnswerReader answer = new AnswerReader(AnswerReader.WHOLE, this::onMessage);
      Grpc.receive(exchange, METHOD, deadlineNs, answer);
      cause =
          new ContainerdException(
              Kind.UNAVAILABLE, "containerd has ended the subscription; subscribe again.");
    } catch (ListenerException e) {
      cause =
          new ContainerdException(
              Kind.LISTENER, "the listener of events failed: " + e.getCause() + ".", e.getCause());
    } catch (IOException | TimeoutException | InterruptedException e) {
      cause = Grpc.failure(METHOD, Grpc.FOREVER, e);
    }
    if (!closed) {
      listener.onLost(cause);
    }
  }

  private void onMessage(MessageReader message) throws IOException {
    if (closed) {
      return;
    }
    Event event = DecodeEvent.event(message);
    try {
      listener.onEvent(event);
    } catch (RuntimeException e) {
      throw new ListenerException(e);
    }
  }
}
