package io.sluice.perf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.RequestSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderTest {
  private static final int LAYERS = 8;
  private static final long LAYER_BYTES = 100;
  private static final LayerSet SET =
      new LayerSet(
          Path.of("/layout"),
          IntStream.range(0, LAYERS)
              .mapToObj(i -> new Layer(Path.of("/layout/" + i), LAYER_BYTES, "d" + i))
              .toList());

  /** What each connection asks for. */
  private static List<List<String>> asked(Order order) {
    List<List<String>> all = new ArrayList<>();
    for (int connection = 0; connection < order.connections(); connection++) {
      RequestSource source = order.sources().apply(connection);
      List<String> one = new ArrayList<>();
      for (BlobRequest request = source.next(); request != null; request = source.next()) {
        one.add(request.digestHex());
      }
      all.add(one);
    }
    return all;
  }

  private static void assertEachLayerIsAskedFor(int times, List<List<String>> asked) {
    List<String> flat = asked.stream().flatMap(List::stream).toList();
    SET.layers()
        .forEach(layer -> assertEquals(times, Collections.frequency(flat, layer.digestHex())));
  }

  @Test
  void eachConnectionAsksForOneLayerAndEachLayerIsAskedForFourTimes() {
    for (Order order : List.of(Order.together(SET), Order.shuffled(SET, 1))) {
      assertEquals(4 * LAYERS, order.connections());
      assertEquals(LAYERS * LAYER_BYTES, order.leastBytes());
      List<List<String>> asked = asked(order);
      asked.forEach(one -> assertEquals(1, one.size()));
      assertEachLayerIsAskedFor(4, asked);
    }
    assertEquals(asked(Order.together(SET)), asked(Order.staggered(SET)));
  }

  @Test
  void whatIsDrawnByLotDependsOnTheSeedOnly() {
    assertEquals(asked(Order.shuffled(SET, 7)), asked(Order.shuffled(SET, 7)));
    assertNotEquals(asked(Order.shuffled(SET, 7)), asked(Order.shuffled(SET, 8)));
  }

  @Test
  void connectionsThatAreRotatedGoThroughHalfOfTheLayersFromFourBeginnings() {
    Order order = Order.rotated(SET);
    List<List<String>> asked = asked(order);
    assertEquals(16, asked.size());
    asked.forEach(one -> assertEquals(LAYERS / 2, one.stream().distinct().count()));
    assertEquals(
        List.of("d0", "d2", "d4", "d6"), asked.stream().limit(4).map(List::getFirst).toList());
    assertEachLayerIsAskedFor(8, asked);
    assertEquals(2 * LAYERS * LAYER_BYTES, order.leastBytes());
  }
}
