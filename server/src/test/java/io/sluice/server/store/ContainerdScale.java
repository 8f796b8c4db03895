package io.sluice.server.store;

import io.sluice.server.config.ImageFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long a store of many images takes to be known, and what that weighs. A program, as time and
 * memory depend on the machine: writes a content directory, learns it, and says what it took.
 *
 * <p>Arguments: a directory to write into, and how many images; each has a manifest, a
 * configuration and three layers.
 */
final class ContainerdScale {
  private static final String NAMESPACE = "k8s.io";
  private static final int LAYERS = 3;
  private static final int CHANGES = 50;

  private ContainerdScale() {}

  /** Measures. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    int count = Integer.parseInt(args[1]);
    FakeImages images = new FakeImages();
    if (!Files.exists(directory)) {
      write(directory, count);
    }
    try (var lines = Files.lines(directory.resolve("images"))) {
      lines.forEach(
          line -> images.put(NAMESPACE, new StoredImage(name(line), line, MediaType.OCI_MANIFEST)));
    }
    System.gc();
    say("before");
    long startNs = System.nanoTime();
    ContainerdStore store =
        new ContainerdStore(directory, List.of(NAMESPACE), ImageFilter.NONE, images);
    store.start();
    while (!store.readiness().ready()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    System.out.println(
        "ready after "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs)
            + " ms: "
            + store.status());
    say("ready");
    TimeUnit.SECONDS.sleep(2);
    change(store, images);
    System.gc();
    TimeUnit.SECONDS.sleep(2);
    say("changed and collected");
    store.close();
    System.exit(0);
  }

  private static String name(String digest) {
    return "registry.acme.test/team/application-" + digest.substring(7, 15) + ":v1.2.3";
  }

  /** Images come one by one; how long each takes to be seen. */
  private static void change(ContainerdStore store, FakeImages images) throws Exception {
    List<Long> microseconds = new ArrayList<>();
    Digest target = store.catalog().digest(0);
    for (int i = 0; i < CHANGES; i++) {
      TimeUnit.MILLISECONDS.sleep(150);
      long startNs = System.nanoTime();
      images.put(NAMESPACE, "acme.test/new:" + i, target, MediaType.OCI_MANIFEST);
      while (store.catalog().findTag("acme.test", "new", Integer.toString(i)) < 0) {
        TimeUnit.MICROSECONDS.sleep(100);
      }
      microseconds.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startNs));
    }
    microseconds.sort(null);
    System.out.println(
        "a new tag is seen after (us): median "
            + microseconds.get(CHANGES / 2)
            + ", most "
            + microseconds.get(CHANGES - 1));
  }

  private static void say(String when) throws IOException {
    String status = Files.readString(Path.of("/proc/self/status"));
    String resident =
        status
            .lines()
            .filter(line -> line.startsWith("RssAnon"))
            .map(line -> line.replaceAll("\\s+", " "))
            .findFirst()
            .orElse("");
    Runtime runtime = Runtime.getRuntime();
    System.out.println(
        when
            + ": "
            + resident
            + ", heap used "
            + (runtime.totalMemory() - runtime.freeMemory()) / 1024
            + " kB of "
            + runtime.totalMemory() / 1024);
  }

  private static void write(Path directory, int count) throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("blobs/sha256"));
    List<String> manifests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder layers = new StringBuilder();
      for (int layer = 0; layer < LAYERS; layer++) {
        layers
            .append(layer == 0 ? "" : ",")
            .append(
                TestLayout.descriptor(
                    MediaType.OCI_LAYER_TAR, blob(blobs, "layer " + i + "." + layer), null));
      }
      String config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{},\"n\":" + i + "}";
      manifests.add(
          blob(
                  blobs,
                  "{\"schemaVersion\":2,\"mediaType\":\""
                      + MediaType.OCI_MANIFEST
                      + "\",\"config\":"
                      + TestLayout.descriptor(MediaType.OCI_CONFIG, blob(blobs, config), null)
                      + ",\"layers\":["
                      + layers
                      + "]}")
              .toString());
    }
    Files.write(directory.resolve("images"), manifests);
  }

  private static Digest blob(Path blobs, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    Digest digest = TestLayout.digestOf(bytes);
    Files.write(blobs.resolve(digest.hex()), bytes);
    return digest;
  }
}
