package io.sluice.perf.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.confine.Cleanup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerSetTest {
  private static final long LAYER_BYTES = 2L << 20;

  @TempDir private Path directory;

  private LayerSet prepare(boolean keep, Cleanup cleanup) throws IOException {
    return LayerSet.prepare(directory, LayerPlan.equal(2, LAYER_BYTES), keep, cleanup, line -> {});
  }

  @Test
  void layersAreDistinctAndHaveTheirDigest() throws Exception {
    try (Cleanup cleanup = new Cleanup()) {
      List<Layer> layers = prepare(false, cleanup).layers();
      assertNotEquals(layers.get(0).digestHex(), layers.get(1).digestHex());
      for (Layer layer : layers) {
        byte[] bytes = Files.readAllBytes(layer.file());
        assertEquals(LAYER_BYTES, bytes.length);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        assertEquals(layer.digestHex(), HexFormat.of().formatHex(digest));
      }
    }
  }

  @Test
  void theManifestIsABlobOfTheLayout() throws Exception {
    try (Cleanup cleanup = new Cleanup()) {
      Layer manifest = prepare(false, cleanup).manifest();
      byte[] bytes = Files.readAllBytes(manifest.file());
      assertEquals(manifest.sizeBytes(), bytes.length);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      assertEquals(manifest.digestHex(), HexFormat.of().formatHex(digest));
    }
  }

  @Test
  void onlyWhatIsNotThereNeedsRoom() throws IOException {
    try (Cleanup cleanup = new Cleanup()) {
      assertEquals(2 * LAYER_BYTES, LayerPlan.equal(2, LAYER_BYTES).missingBytes(directory));
      prepare(false, cleanup);
      assertEquals(0, LayerPlan.equal(2, LAYER_BYTES).missingBytes(directory));
      assertEquals(3 * LAYER_BYTES, LayerPlan.equal(3, LAYER_BYTES).missingBytes(directory));
    }
  }

  @Test
  void layersGoAtTheEndUnlessTheyAreKept() throws IOException {
    try (Cleanup cleanup = new Cleanup()) {
      prepare(false, cleanup);
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(), left.toList());
    }
    Path layout;
    try (Cleanup cleanup = new Cleanup()) {
      layout = prepare(true, cleanup).layout();
    }
    assertTrue(Files.exists(layout.resolve("index.json")));
  }

  @Test
  void keptLayersAreUsedAgainAndNotRemoved() throws IOException {
    LayerSet first;
    try (Cleanup cleanup = new Cleanup()) {
      first = prepare(true, cleanup);
    }
    try (Cleanup cleanup = new Cleanup()) {
      assertEquals(first, prepare(false, cleanup));
    }
    assertTrue(Files.exists(first.layout()));
  }

  @Test
  void aDamagedLayoutIsRefused() throws IOException {
    try (Cleanup cleanup = new Cleanup()) {
      Files.writeString(prepare(true, cleanup).layers().get(1).file(), "short");
      assertThrows(IOException.class, () -> prepare(true, cleanup));
    }
  }

  @Test
  void moreThanTheDiskHoldsIsRefusedBeforeAnythingIsWritten() throws IOException {
    try (Cleanup cleanup = new Cleanup()) {
      IOException refused =
          assertThrows(
              IOException.class,
              () ->
                  LayerSet.prepare(
                      directory, LayerPlan.equal(1024, 1L << 40), false, cleanup, line -> {}));
      assertTrue(refused.getMessage().contains("--data"), refused.getMessage());
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertFalse(left.findAny().isPresent());
    }
  }

  @Test
  void coldLayersHaveNoPageInThePageCache() throws Exception {
    try (Cleanup cleanup = new Cleanup()) {
      LayerSet layers = prepare(false, cleanup);
      Path file = layers.layers().get(0).file();
      PageCache.load(file);
      assertEquals(LAYER_BYTES, PageCache.residentBytes(file));
      layers.makeCold();
      assertEquals(0, PageCache.residentBytes(file));
      layers.makeResident();
      assertEquals(LAYER_BYTES, PageCache.residentBytes(file));
    }
  }
}
