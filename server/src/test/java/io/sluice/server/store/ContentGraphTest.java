package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentGraphTest {
  private static final Digest MANIFEST = TestLayout.digest(1);
  private static final Digest CHILD = TestLayout.digest(2);
  private static final StoreLimits TEN = new StoreLimits(10, 1000, 10, 10, 1 << 20, 10, 1 << 20);

  private final ContentGraph graph = new ContentGraph(TEN);

  private static OciManifest manifest(Digest... layers) throws IOException {
    StringBuilder list = new StringBuilder();
    for (Digest layer : layers) {
      list.append(list.isEmpty() ? "" : ",")
          .append(TestLayout.descriptor(MediaType.OCI_LAYER_TAR, layer, null));
    }
    String json = "{\"layers\":[" + list + "]}";
    return OciManifest.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void onlyChangesAreChanges() {
    assertTrue(graph.came(CHILD));
    assertFalse(graph.came(CHILD));
    assertTrue(graph.went(CHILD));
    assertFalse(graph.went(CHILD));
    assertFalse(graph.went(MANIFEST));
  }

  @Test
  void aListingIsTheWholeTruth() {
    graph.came(MANIFEST);
    graph.came(CHILD);
    Catalog.Builder listed = new Catalog.Builder(StoreLimits.DEFAULT);
    listed.addDigest(CHILD, 0, MediaType.OCTET_STREAM);
    listed.addDigest(TestLayout.digest(3), 0, MediaType.OCTET_STREAM);
    Catalog catalog = listed.build();
    assertTrue(graph.onlyThese(catalog));
    assertFalse(graph.is(graph.find(MANIFEST), ContentGraph.PRESENT));
    assertTrue(graph.is(graph.find(TestLayout.digest(3)), ContentGraph.PRESENT));
    assertFalse(graph.onlyThese(catalog));
  }

  @Test
  void aManifestThatComesAgainIsReadAgain() throws IOException {
    graph.came(MANIFEST);
    int node = graph.find(MANIFEST);
    graph.read(node, manifest(CHILD));
    assertArrayEquals(new int[] {graph.find(CHILD)}, graph.children(node));
    assertTrue(graph.came(MANIFEST));
    assertFalse(graph.is(node, ContentGraph.READ));
    assertEquals(0, graph.children(node).length);
  }

  @Test
  void theFirstTypeIsBelievedUnlessItHidesAManifest() {
    int node = graph.node(MANIFEST);
    graph.type(node, "not plausible");
    assertFalse(graph.is(node, ContentGraph.TYPED));
    graph.type(node, MediaType.OCI_LAYER_TAR);
    graph.type(node, MediaType.OCI_CONFIG);
    assertEquals(MediaType.OCI_LAYER_TAR, graph.digests().mediaTypeName(node));
    graph.type(node, MediaType.OCI_INDEX);
    graph.type(node, MediaType.OCI_MANIFEST);
    assertEquals(MediaType.OCI_INDEX, graph.digests().mediaTypeName(node));
  }

  @Test
  void whatIsBeyondALimitIsCounted() throws IOException {
    for (int i = 0; i < TEN.digests(); i++) {
      graph.came(TestLayout.digest(i));
    }
    assertEquals(0, graph.refused());
    assertEquals(Catalog.NOT_FOUND, graph.node(TestLayout.digest(10)));
    graph.read(0, manifest(TestLayout.digest(11), CHILD));
    assertEquals(2, graph.refused());
    assertArrayEquals(new int[] {graph.find(CHILD)}, graph.children(0));
  }

  @Test
  void whatIsForgottenLeavesTheRestAsItIs() throws IOException {
    graph.came(TestLayout.digest(9));
    graph.came(MANIFEST);
    graph.came(CHILD);
    graph.read(graph.find(MANIFEST), manifest(CHILD));
    int[] moved = graph.compact(new boolean[] {false, true, true});
    assertArrayEquals(new int[] {Catalog.NOT_FOUND, 0, 1}, moved);
    assertEquals(2, graph.count());
    assertTrue(graph.is(0, ContentGraph.PRESENT | ContentGraph.READ));
    assertArrayEquals(new int[] {1}, graph.children(0));
    assertArrayEquals(new int[] {0, Catalog.NOT_FOUND}, graph.compact(new boolean[] {true, false}));
    assertFalse(graph.is(0, ContentGraph.READ), "a child is gone");
  }

  @Test
  void aStoreThatIsEmptiedIsForgotten() throws IOException {
    ContentGraph big = new ContentGraph(StoreLimits.DEFAULT);
    ImageTable images = new ImageTable(List.of("n"), 10);
    for (int i = 0; i < 3000; i++) {
      big.came(TestLayout.digest(i));
    }
    int target = big.find(TestLayout.digest(2999));
    images.put("n", "a/b:1", target);
    for (int i = 0; i < 2000; i++) {
      big.went(TestLayout.digest(i));
    }
    BlobFiles none = new BlobFiles(Path.of("/nowhere"));
    new GraphWalk(big, images, none, new ContentSniffer(none), StoreLimits.DEFAULT)
        .walk(unused -> {});
    assertEquals(1000, big.count());
    images.forEach(image -> assertEquals(big.find(TestLayout.digest(2999)), image.target()));
  }
}
