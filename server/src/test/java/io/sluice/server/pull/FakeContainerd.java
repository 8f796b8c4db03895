package io.sluice.server.pull;

import io.sluice.containerd.Connection;
import io.sluice.containerd.ContainerdException;
import io.sluice.containerd.Content;
import io.sluice.containerd.Contents;
import io.sluice.containerd.Cri;
import io.sluice.containerd.CriStatus;
import io.sluice.containerd.Descriptor;
import io.sluice.containerd.EventListener;
import io.sluice.containerd.Image;
import io.sluice.containerd.Images;
import io.sluice.containerd.Ingest;
import io.sluice.containerd.Namespace;
import io.sluice.containerd.RegistryAuth;
import io.sluice.containerd.Subscription;
import io.sluice.containerd.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A containerd in memory, in which a pull does what the test says. */
final class FakeContainerd implements Connection, Cri {
  /** What happens while an image is pulled. */
  interface Story {
    void happen() throws ContainerdException, InterruptedException;
  }

  final Map<String, Map<String, Content>> contents = new ConcurrentHashMap<>();
  final Map<String, Image> images = new ConcurrentHashMap<>();
  final List<Ingest> ingests = new CopyOnWriteArrayList<>();
  final List<String> asked = new CopyOnWriteArrayList<>();
  Story story = () -> {};

  /** Adds a blob. */
  void put(String namespace, String digest, long size, Instant at, Map<String, String> labels) {
    contents
        .computeIfAbsent(namespace, any -> new ConcurrentHashMap<>())
        .put(digest, new Content(digest, size, labels, at, at));
  }

  /** Adds a manifest with a configuration and layers, of which only the manifest is there. */
  void putManifest(String repository, String manifest, String config, String... layers) {
    Map<String, String> labels = new HashMap<>();
    labels.put("containerd.io/distribution.source.acme.test", repository);
    labels.put("containerd.io/gc.ref.content.config", config);
    for (int i = 0; i < layers.length; i++) {
      labels.put("containerd.io/gc.ref.content.l." + i, layers[i]);
    }
    put(Puller.NAMESPACE, manifest, 500, Instant.now(), labels);
  }

  /** Says that an image is complete. */
  void putImage(String name, String manifest) {
    Descriptor target = new Descriptor("application/vnd.oci.image.manifest.v1+json", manifest, 500);
    images.put(name, new Image(name, target, Map.of(), Instant.now(), Instant.now()));
  }

  /** Says how much of a layer is there. */
  void writing(String digest, long offset, long total) {
    ingests.removeIf(ingest -> ingest.ref().equals("layer-" + digest));
    ingests.add(new Ingest("layer-" + digest, offset, total, "", Instant.now(), Instant.now()));
  }

  @Override
  public String pullImage(String image, RegistryAuth authOrNull, Duration timeout)
      throws ContainerdException {
    asked.add(image);
    try {
      story.happen();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("cancelled", e);
    }
    return "sha256:id";
  }

  @Override
  public CriStatus status(Duration timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Version version(Duration timeout) {
    return new Version("fake", "");
  }

  @Override
  public List<Namespace> namespaces(Duration timeout) {
    return contents.keySet().stream().map(name -> new Namespace(name, Map.of())).toList();
  }

  @Override
  public Namespace namespace(String name, Duration timeout) {
    return new Namespace(name, Map.of());
  }

  @Override
  public Images images(String namespace) {
    return new Images() {
      @Override
      public void list(List<String> filters, Duration timeout, Consumer<Image> consumer) {
        images.values().forEach(consumer);
      }

      @Override
      public Optional<Image> get(String name, Duration timeout) {
        return Optional.ofNullable(images.get(name));
      }
    };
  }

  @Override
  public Contents contents(String namespace) {
    return new Contents() {
      private Map<String, Content> all() {
        return contents.getOrDefault(namespace, Map.of());
      }

      @Override
      public Optional<Content> info(String digest, Duration timeout) {
        return Optional.ofNullable(all().get(digest));
      }

      /** Knows the two forms of filters that are used. */
      @Override
      public void list(List<String> filters, Duration timeout, Consumer<Content> consumer) {
        for (Content content : new ArrayList<>(all().values())) {
          boolean passes =
              filters.stream()
                  .anyMatch(
                      filter ->
                          filter.equals("digest==\"" + content.digest() + '"')
                              || content.labels().entrySet().stream()
                                  .anyMatch(
                                      label ->
                                          filter.equals(
                                              "labels.\""
                                                  + label.getKey()
                                                  + "\"~=\"(^|,)"
                                                  + label.getValue()
                                                  + "(,|$)\"")));
          if (passes) {
            consumer.accept(content);
          }
        }
      }

      @Override
      public List<Ingest> ingests(List<String> filters, Duration timeout) {
        return List.copyOf(ingests);
      }
    };
  }

  @Override
  public Subscription subscribe(List<String> filters, EventListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Cri cri() {
    return this;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    asked.add("close");
  }
}
