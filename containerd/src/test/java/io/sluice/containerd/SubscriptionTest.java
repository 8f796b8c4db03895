package io.sluice.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.containerd.ContainerdException.Kind;
import io.sluice.containerd.ScriptedServer.Script;
import io.sluice.containerd.ScriptedServer.Use;
import io.sluice.containerd.http2.PeerFrames;
import io.sluice.containerd.protobuf.MessageWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events on a real socket, from servers that do what a test says. */
@Timeout(30)
class SubscriptionTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int RST_STREAM = 3;

  @TempDir private Path directory;

  private void against(Script script, Use use) throws Exception {
    ScriptedServer.against(directory, script, use);
  }

  @Test
  void eventsAreHeardUntilTheEnd() throws Exception {
    MessageWriter image = new MessageWriter().text(1, "i");
    MessageWriter any = new MessageWriter().text(1, "containerd.services.images.v1.ImageCreate");
    any.message(2, image);
    MessageWriter task = new MessageWriter().text(1, "x.y/containerd.events.TaskExit");
    MessageWriter time = new MessageWriter().number(1, 7);
    CountDownLatch heardAll = new CountDownLatch(1);
    against(
        client -> {
          client.greet();
          int stream = client.request();
          MessageWriter first = new MessageWriter().message(1, time).text(2, "n").text(3, "/t");
          MessageWriter second = new MessageWriter().text(3, "/u").message(4, task);
          client.send(
              new PeerFrames()
                  .grpcHeaders(stream)
                  .data(stream, false, ScriptedServer.framed(first.message(4, any)))
                  .data(stream, false, ScriptedServer.framed(second)));
          heardAll.await();
        },
        connection -> {
          Heard heard = new Heard();
          connection.subscribe(List.of(), heard);
          Event event = heard.event();
          assertEquals(7, event.time().getEpochSecond());
          assertEquals("n", event.namespace());
          assertEquals("/t", event.topic());
          assertEquals(new Event.ImageCreated("i", Map.of()), event.change());
          assertEquals(new Event.Other("containerd.events.TaskExit"), heard.event().change());
          heardAll.countDown();
          assertEquals(Kind.UNAVAILABLE, heard.lost().kind());
        });
  }

  @Test
  void aListenerThatThrowsLosesItsSubscription() throws Exception {
    against(
        client -> {
          client.greet();
          int stream = client.request();
          client.send(
              new PeerFrames()
                  .grpcHeaders(stream)
                  .data(stream, false, ScriptedServer.framed(new MessageWriter().text(3, "/t"))));
          client.receive(RST_STREAM);
          client.answer(client.request(), ScriptedServer.version());
          client.drain();
        },
        connection -> {
          Heard heard = new Heard();
          heard.failure = new IllegalStateException("no");
          connection.subscribe(List.of(), heard);
          assertEquals(Kind.LISTENER, heard.lost().kind());
          assertEquals("1.2.3", connection.version(LONG).version());
        });
  }

  @Test
  void aClosedSubscriptionIsSilent() throws Exception {
    against(
        client -> {
          client.greet();
          client.request();
          client.receive(RST_STREAM);
          client.answer(client.request(), ScriptedServer.version());
          client.drain();
        },
        connection -> {
          Heard heard = new Heard();
          Subscription subscription = connection.subscribe(List.of(), heard);
          subscription.close();
          subscription.close();
          assertEquals("1.2.3", connection.version(LONG).version());
          assertTrue(heard.lost.isEmpty());
        });
  }

  // ---- no connection at all

  private static final class Heard implements EventListener {
    private final BlockingQueue<Event> events = ScriptedServer.queue();
    private final BlockingQueue<ContainerdException> lost = ScriptedServer.queue();
    private RuntimeException failure;

    @Override
    public void onEvent(Event event) {
      if (failure != null) {
        throw failure;
      }
      events.add(event);
    }

    @Override
    public void onLost(ContainerdException cause) {
      lost.add(cause);
    }

    Event event() throws InterruptedException {
      return events.poll(10, TimeUnit.SECONDS);
    }

    ContainerdException lost() throws InterruptedException {
      return lost.poll(10, TimeUnit.SECONDS);
    }
  }
}
