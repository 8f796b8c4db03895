package io.sluice.containerd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The content store as one namespace sees it. */
public interface Contents {
  /** One blob; empty when the namespace does not have it. */
  Optional<Content> info(String digest, Duration timeout) throws ContainerdException;

  /**
   * Hands every blob that passes one of the filters to {@code consumer}, one at a time as it
   * arrives, on the calling thread; a list of any length takes the memory of one of them. What the
   * consumer throws ends the call. If the call fails, some may have been handed over.
   *
   * @param filters such as {@code digest==sha256:...} or {@code labels.foo==bar}, see {@link
   *     Filter}; none for all blobs
   * @param timeout for the whole list, the consumer's time included
   */
  void list(List<String> filters, Duration timeout, Consumer<Content> consumer)
      throws ContainerdException;

  /**
   * What is being written just now, in no order.
   *
   * @param filters such as {@code ref~="^layer-"}, see {@link Filter}; none for everything
   */
  List<Ingest> ingests(List<String> filters, Duration timeout) throws ContainerdException;
}
