package io.sluice.server.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A runtime in memory: images and labels by namespace, which tells of changes at once. It can be
 * stopped and started, and something can be made to happen in the middle of a listing.
 */
final class FakeImages implements ImageSource {
  private final Map<String, Map<String, StoredImage>> images = new TreeMap<>();
  private final Map<String, Map<Digest, Map<String, String>>> labels = new TreeMap<>();
  private Listener listenerOrNull;
  private boolean stopped;
  private Runnable inList = () -> {};
  private Runnable afterOpen = () -> {};
  private int listings;

  /** Adds an image or moves it, and tells of it. */
  void put(String namespace, String name, Digest target, String mediaType) {
    put(namespace, new StoredImage(name, target.toString(), mediaType));
  }

  /** Adds an image or moves it, and tells of it. */
  synchronized void put(String namespace, StoredImage image) {
    images.computeIfAbsent(namespace, any -> new TreeMap<>()).put(image.name(), image);
    tell(namespace, image.name());
  }

  /** Removes an image, and tells of it. */
  synchronized void remove(String namespace, String name) {
    images.get(namespace).remove(name);
    tell(namespace, name);
  }

  /** Says that a namespace has content; of this nobody is told. */
  synchronized void own(String namespace, Digest digest, Map<String, String> itsLabels) {
    labels.computeIfAbsent(namespace, any -> new TreeMap<>()).put(digest, itsLabels);
  }

  /** Tells of a change, whether there was one or not. */
  synchronized void tell(String namespace, String name) {
    if (listenerOrNull != null) {
      listenerOrNull.onImage(namespace, name);
    }
  }

  /** Ends all sessions and refuses new ones. */
  synchronized void stop() {
    stopped = true;
    if (listenerOrNull != null) {
      listenerOrNull.onEnd(new StoreException("The fake has stopped: start it."));
      listenerOrNull = null;
    }
  }

  synchronized void start() {
    stopped = false;
  }

  /** What happens after the first image of each listing was told. */
  synchronized void inList(Runnable event) {
    inList = event;
  }

  /** What happens when a session has been opened, before anything is listed. */
  synchronized void afterOpen(Runnable event) {
    afterOpen = event;
  }

  /** Namespaces that were listed so far. */
  synchronized int listings() {
    return listings;
  }

  private synchronized void requireUp() throws StoreException {
    if (stopped) {
      throw new StoreException("The fake has stopped: start it.");
    }
  }

  @Override
  public Session open(List<String> namespaces, Listener listener) throws StoreException {
    requireUp();
    synchronized (this) {
      listenerOrNull = listener;
    }
    afterOpen.run();
    return new FakeSession();
  }

  @Override
  public String description() {
    return "a fake";
  }

  @Override
  public void close() {
    stop();
  }

  private final class FakeSession implements Session {
    @Override
    public List<String> namespaces() throws StoreException {
      requireUp();
      synchronized (FakeImages.this) {
        return List.copyOf(images.keySet());
      }
    }

    @Override
    public void images(String namespace, Consumer<StoredImage> each) throws StoreException {
      requireUp();
      List<StoredImage> all;
      synchronized (FakeImages.this) {
        listings++;
        all = new ArrayList<>(images.getOrDefault(namespace, Map.of()).values());
      }
      for (int i = 0; i < all.size(); i++) {
        each.accept(all.get(i));
        if (i == 0) {
          inList.run();
          requireUp();
        }
      }
    }

    @Override
    public Optional<StoredImage> image(String namespace, String name) throws StoreException {
      requireUp();
      synchronized (FakeImages.this) {
        return Optional.ofNullable(images.getOrDefault(namespace, Map.of()).get(name));
      }
    }

    @Override
    public Optional<Map<String, String>> labels(String namespace, Digest digest)
        throws StoreException {
      requireUp();
      synchronized (FakeImages.this) {
        return Optional.ofNullable(labels.getOrDefault(namespace, Map.of()).get(digest));
      }
    }

    @Override
    public void close() {}
  }
}
