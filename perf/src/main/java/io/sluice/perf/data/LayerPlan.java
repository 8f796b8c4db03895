package io.sluice.perf.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is written into a layout: images, each of some layers. The same plan makes the same bytes in
 * every run.
 *
 * @param name of the directory
 * @param images the sizes of each image's layers, in bytes
 */
public record LayerPlan(String name, List<List<Long>> images) {
  private static final long MIB = 1 << 20;

  /** Sizes are drawn by lot, but not anew: data that is kept has to fit to the next run. */
  private static final long SEED = 7;

  /** Copies. */
  public LayerPlan {
    images = images.stream().map(List::copyOf).toList();
  }

  /**
   * One image of layers of the same size.
   *
   * @param layerCount how many
   * @param layerBytes the size of each
   * @return the plan
   */
  public static LayerPlan equal(int layerCount, long layerBytes) {
    return images("layers", 1, layerCount, layerBytes);
  }

  /**
   * Images of layers of the same size.
   *
   * @param name what they are for, in one word
   * @param imageCount how many images
   * @param layerCount how many layers has each
   * @param layerBytes the size of each layer
   * @return the plan
   */
  public static LayerPlan images(String name, int imageCount, int layerCount, long layerBytes) {
    String times = imageCount == 1 ? "" : imageCount + "x";
    return new LayerPlan(
        name + "-" + times + layerCount + "x" + layerBytes / MIB + "MiB",
        Collections.nCopies(imageCount, Collections.nCopies(layerCount, layerBytes)));
  }

  /**
   * Images whose layers have sizes between two bounds, each order of magnitude as often as the
   * others (log-uniform).
   *
   * @param name what they are for, in one word
   * @param imageCount how many images
   * @param layerCount how many layers has each
   * @param leastBytes the smallest size
   * @param mostBytes the largest
   * @return the plan
   */
  public static LayerPlan spread(
      String name, int imageCount, int layerCount, long leastBytes, long mostBytes) {
    SplittableRandom random = new SplittableRandom(SEED);
    double factor = Math.log((double) mostBytes / leastBytes);
    List<List<Long>> images = new ArrayList<>();
    for (int image = 0; image < imageCount; image++) {
      List<Long> layers = new ArrayList<>();
      for (int layer = 0; layer < layerCount; layer++) {
        layers.add((long) (leastBytes * Math.exp(factor * random.nextDouble())));
      }
      images.add(layers);
    }
    String sizes = leastBytes + "to" + mostBytes;
    return new LayerPlan(name + "-" + imageCount + "x" + layerCount + "-" + sizes, images);
  }

  /**
   * The images of this plan and of another one, in one layout.
   *
   * @param other the other
   * @return both
   */
  public LayerPlan and(LayerPlan other) {
    List<List<Long>> both = new ArrayList<>(images);
    both.addAll(other.images);
    return new LayerPlan(name + "+" + other.name, both);
  }

  /**
   * The sum of all layers.
   *
   * @return bytes
   */
  public long totalBytes() {
    return layers().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The sizes of all layers, image by image.
   *
   * @return bytes of each
   */
  public List<Long> layers() {
    return images.stream().flatMap(List::stream).toList();
  }

  /**
   * What has to be written to have it.
   *
   * @param directory where it is, or will be
   * @return bytes, 0 when it is there
   */
  public long missingBytes(Path directory) {
    return LayerLayout.exists(layout(directory)) ? 0 : totalBytes();
  }

  /** The layout's own directory. */
  Path layout(Path directory) {
    return directory.resolve(name);
  }
}
