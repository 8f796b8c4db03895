package io.sluice.perf.footprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.containerd.Connection;
import io.sluice.containerd.ContainerdException;
import io.sluice.containerd.Event;
import io.sluice.containerd.EventListener;
import io.sluice.containerd.Image;
import io.sluice.server.store.Descriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node's own client is content with it. */
@Timeout(30)
class StandInContainerdTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Their list is longer than what HTTP/2 sends without being asked to go on. */
  private static final int IMAGES = 1000;

  @TempDir private Path directory;

  private record Heard(BlockingQueue<Event> events) implements EventListener {
    @Override
    public void onEvent(Event event) {
      events.add(event);
    }

    @Override
    public void onLost(ContainerdException cause) {}
  }

  @Test
  void whatIsPutIsListedAndTold() throws Exception {
    Map<String, Descriptor> crowd = ImageCrowd.write(directory.resolve("content"), IMAGES);
    assertEquals(IMAGES, crowd.size());
    try (StandInContainerd containerd = new StandInContainerd(directory.resolve("c.sock"));
        Connection connection = Connection.open(containerd.socket(), PATIENCE)) {
      for (Map.Entry<String, Descriptor> image : crowd.entrySet()) {
        containerd.put(image.getKey(), image.getValue());
      }
      assertEquals("1.7.0", connection.version(PATIENCE).version());
      assertEquals(StandInContainerd.NAMESPACE, connection.namespaces(PATIENCE).get(0).name());
      List<Image> listed = new ArrayList<>();
      var images = connection.images(StandInContainerd.NAMESPACE);
      images.list(List.of(), PATIENCE, listed::add);
      assertEquals(List.copyOf(crowd.keySet()), listed.stream().map(Image::name).toList());
      assertTrue(images.get("none", PATIENCE).isEmpty());
      Image last = listed.get(IMAGES - 1);
      assertEquals(last, images.get(last.name(), PATIENCE).orElseThrow());
      assertEquals(crowd.get(last.name()).digest().toString(), last.target().digest());

      Heard heard = new Heard(new LinkedBlockingQueue<>());
      connection.subscribe(List.of(), heard);
      // The subscription comes before whatever is answered after it.
      connection.version(PATIENCE);
      containerd.put("new", crowd.get(last.name()));
      Event event = heard.events().poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertEquals("new", ((Event.ImageCreated) event.change()).name());
    }
  }
}
