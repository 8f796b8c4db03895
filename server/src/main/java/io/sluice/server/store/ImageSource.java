package io.sluice.server.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where a runtime's images, namespaces and labels are learnt. But for {@link #close}, for one
 * thread.
 */
public interface ImageSource extends AutoCloseable {
  /** Hears of changes, on any thread, and must not wait. */
  interface Listener {
    /** An image was created, moved to another target or deleted: whatever it is now, ask. */
    void onImage(String namespace, String name);

    /** Something has happened to images, and it is not known to which. */
    void onAnyImage();

    /** No more will be heard; the session is of no use any more. */
    void onEnd(StoreException cause);
  }

  /** A connection to the runtime. Every call waits for its answer, for a bounded time. */
  interface Session extends AutoCloseable {
    /** The namespaces that exist. */
    List<String> namespaces() throws StoreException;

    /** All images of a namespace, one after the other; none when it does not exist. */
    void images(String namespace, Consumer<StoredImage> each) throws StoreException;

    /** An image; empty when there is none of that name. */
    Optional<StoredImage> image(String namespace, String name) throws StoreException;

    /** The labels of content; empty when the namespace does not have it. */
    Optional<Map<String, String>> labels(String namespace, Digest digest) throws StoreException;

    /** Ends the session; the listener hears nothing of it. */
    @Override
    void close();
  }

  /**
   * Connects. From then on the listener hears of every change of an image of the namespaces, so
   * that whoever asks for all images afterwards misses none.
   *
   * @throws StoreException when there is no runtime, or it does not answer
   */
  Session open(List<String> namespaces, Listener listener) throws StoreException;

  /** Where images are learnt from, for people. */
  String description();

  /** Ends what is under way, and every session. Any thread may call. */
  @Override
  void close();
}
