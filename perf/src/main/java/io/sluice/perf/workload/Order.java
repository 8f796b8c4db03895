package io.sluice.perf.workload;

import io.sluice.perf.contender.Running;
import io.sluice.perf.data.Layer;
import io.sluice.perf.data.LayerSet;
import io.sluice.perf.load.BlobRequest;
import io.sluice.perf.load.RequestSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

/**
 * Who asks for which layers, one after the other, and when it begins.
 *
 * @param name in a word or two
 * @param connections how many ask
 * @param sources what a connection asks for, by its number; to be used for one load
 * @param leastBytes the least that a server which keeps nothing has to read: each layer once for
 *     all that can share it
 */
record Order(String name, int connections, IntFunction<RequestSource> sources, long leastBytes) {
  /** How often each layer is asked for. */
  static final int TIMES = 4;

  /** Between the beginnings of two connections. */
  static final long STAGGER_MS = 5;

  /** Groups of connections that begin with different layers. */
  private static final int ROTATIONS = 4;

  /** Each connection one layer, all at the same time, layer after layer. */
  static Order together(LayerSet layers) {
    return oneEach("together", layers, inTurns(layers), 0);
  }

  /** The same, but each connection begins a little after the one before. */
  static Order staggered(LayerSet layers) {
    return oneEach("staggered " + STAGGER_MS + " ms", layers, inTurns(layers), STAGGER_MS);
  }

  /** The same at the same time, in an order drawn by lot. */
  static Order shuffled(LayerSet layers, long seed) {
    List<Layer> each = new ArrayList<>(inTurns(layers));
    Collections.shuffle(each, new Random(seed));
    return oneEach("shuffled", layers, each, 0);
  }

  /**
   * Each connection half of the layers, beginning with another one than its neighbours. Only those
   * that begin with the same layer can share what is read.
   */
  static Order rotated(LayerSet layers) {
    int count = layers.layers().size();
    int each = count / 2;
    return new Order(
        "rotated",
        ROTATIONS * TIMES,
        connection -> {
          List<BlobRequest> requests = new ArrayList<>();
          int first = connection % ROTATIONS * count / ROTATIONS;
          for (int i = 0; i < each; i++) {
            requests.add(Running.whole(layers.layers().get((first + i) % count)));
          }
          return RequestSource.once(requests);
        },
        ROTATIONS * layers.totalBytes() * each / count);
  }

  private static List<Layer> inTurns(LayerSet layers) {
    List<Layer> each = new ArrayList<>();
    for (int time = 0; time < TIMES; time++) {
      each.addAll(layers.layers());
    }
    return each;
  }

  private static Order oneEach(String name, LayerSet layers, List<Layer> each, long staggerMs) {
    return new Order(
        name,
        each.size(),
        connection ->
            delayed(
                RequestSource.once(List.of(Running.whole(each.get(connection)))),
                connection * staggerMs),
        layers.totalBytes());
  }

  private static RequestSource delayed(RequestSource source, long delayMs) {
    AtomicBoolean waited = new AtomicBoolean(delayMs == 0);
    return () -> {
      if (waited.compareAndSet(false, true)) {
        try {
          TimeUnit.MILLISECONDS.sleep(delayMs);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return null;
        }
      }
      return source.next();
    };
  }
}
