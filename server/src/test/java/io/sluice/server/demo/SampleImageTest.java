package io.sluice.server.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Catalog;
import io.sluice.server.store.Descriptor;
import io.sluice.server.store.Digest;
import io.sluice.server.store.MediaType;
import io.sluice.server.store.OciLayoutStore;
import io.sluice.server.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleImageTest {
  private static final String NAME = "sluice.test/big:1";

  @TempDir Path directory;

  @Test
  void theImageIsCompleteAndEveryDigestIsRight() throws Exception {
    SampleImage image = SampleImage.write(directory, NAME, 3, 100_000, 7);
    assertEquals(3, image.layers().size());
    assertEquals(5, image.digests().size());
    long totalBytes = 0;
    for (Digest digest : image.digests()) {
      byte[] content = Files.readAllBytes(path(digest));
      assertEquals(digest.hex(), sha256(content));
      totalBytes += content.length;
    }
    assertEquals(totalBytes, image.totalBytes());
    try (OciLayoutStore store = new OciLayoutStore(directory)) {
      Catalog catalog = store.catalog();
      assertEquals(5, catalog.digestCount());
      assertEquals(
          image.manifest(), catalog.descriptor(catalog.findTag("sluice.test", "big", "1")));
      for (Descriptor layer : image.layers()) {
        assertEquals(MediaType.OCI_LAYER_TAR, layer.mediaType());
        assertEquals(layer, store.describe(layer.digest()).orElseThrow());
      }
      assertEquals(image.config(), store.describe(image.config().digest()).orElseThrow());
    }
    String config = Files.readString(path(image.config().digest()));
    image.layers().forEach(layer -> assertTrue(config.contains(layer.digest().toString())));
  }

  @Test
  void aLayerIsAnArchiveThatTarReads() throws Exception {
    SampleImage image = SampleImage.write(directory, NAME, 1, 12_345, 7);
    Path unpacked = Files.createDirectory(directory.resolve("unpacked"));
    Process tar =
        new ProcessBuilder("tar", "-xf", path(image.layers().get(0).digest()).toString())
            .directory(unpacked.toFile())
            .inheritIO()
            .start();
    assertEquals(0, tar.waitFor());
    byte[] content = Files.readAllBytes(unpacked.resolve("sample/layer-0.bin"));
    assertEquals(12_345, content.length);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(compressed, new Deflater(Deflater.BEST_COMPRESSION))) {
      out.write(content);
    }
    assertTrue(compressed.size() >= content.length);
  }

  @Test
  void sizesAtTheEdgesOfTarRecordsAndBuffersAreRight() throws IOException {
    for (long bytes : new long[] {0, 1, 511, 512, 513, (1 << 20) - 1, 1 << 20, (1 << 20) + 1}) {
      Descriptor layer = SampleImage.write(directory, NAME, 1, bytes, 7).layers().get(0);
      long records = (bytes + 511) / 512;
      assertEquals(2 * 512 + records * 512 + 2 * 512, layer.sizeBytes());
      assertEquals(layer.sizeBytes(), Files.size(path(layer.digest())));
    }
  }

  @Test
  void contentDependsOnTheSeedAndTheLayerOnly() throws IOException {
    SampleImage image = SampleImage.write(directory, NAME, 2, 1000, 7);
    byte[] index = Files.readAllBytes(directory.resolve("index.json"));
    assertEquals(image, SampleImage.write(directory, NAME, 2, 1000, 7));
    assertArrayEquals(index, Files.readAllBytes(directory.resolve("index.json")));
    SampleImage other = SampleImage.write(directory, NAME, 2, 1000, 8);
    assertNotEquals(image.layers(), other.layers());
    byte[] first = Files.readAllBytes(path(image.layers().get(0).digest()));
    byte[] second = Files.readAllBytes(path(image.layers().get(1).digest()));
    assertFalse(Arrays.equals(first, 1024, 2024, second, 1024, 2024));
  }

  @Test
  void otherImagesAndUnknownMembersOfTheIndexStay() throws IOException {
    SampleImage first = SampleImage.write(directory, NAME, 1, 10, 1);
    Path index = directory.resolve("index.json");
    Files.writeString(
        index,
        Files.readString(index)
            .replaceFirst(
                "\\{", "{\"annotations\":{\"k\":[1.50,{\"x\":null}]},\"\\\\u00e4\":true,"));
    SampleImage second = SampleImage.write(directory, "sluice.test/other:2", 1, 10, 2);
    SampleImage.write(directory, "sluice.test/other:2", 1, 10, 2);
    String edited = Files.readString(index).replaceAll("\\s", "");
    assertTrue(edited.contains("\"annotations\":{\"k\":[1.50,{\"x\":null}]}"), edited);
    assertTrue(edited.contains("\"\u00e4\":true"), edited);
    try (OciLayoutStore store = new OciLayoutStore(directory)) {
      Catalog catalog = store.catalog();
      assertEquals(2, catalog.tagCount());
      assertEquals(
          first.manifest(), catalog.descriptor(catalog.findTag("sluice.test", "big", "1")));
      assertEquals(
          second.manifest(), catalog.descriptor(catalog.findTag("sluice.test", "other", "2")));
    }
  }

  @Test
  void nothingTemporaryIsLeft() throws IOException {
    SampleImage.write(directory, NAME, 2, 1000, 7);
    try (Stream<Path> files = Files.walk(directory)) {
      assertEquals(
          List.of(), files.filter(file -> file.getFileName().toString().startsWith(".")).toList());
    }
  }

  @Test
  void impossibleArgumentsAreRefused() {
    long tooLargeBytes = 8L << 30;
    assertRefused(NAME, 0, 1);
    assertRefused(NAME, SampleImage.LAYERS_MAX + 1, 1);
    assertRefused(NAME, 1, -1);
    assertRefused(NAME, 1, tooLargeBytes);
    assertRefused("Sluice.test/BIG:1", 1, 1);
  }

  private void assertRefused(String reference, int layers, long layerBytes) {
    assertThrows(
        IllegalArgumentException.class,
        () -> SampleImage.write(directory, reference, layers, layerBytes, 1));
  }

  @Test
  void anIndexThatIsNoneIsNotOverwritten() throws IOException {
    Path index = Files.writeString(directory.resolve("index.json"), "{\"manifests\":7}");
    assertThrows(StoreException.class, () -> SampleImage.write(directory, NAME, 1, 1, 1));
    assertEquals("{\"manifests\":7}", Files.readString(index, StandardCharsets.UTF_8));
  }

  private Path path(Digest digest) {
    return directory.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  private static String sha256(byte[] content) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
