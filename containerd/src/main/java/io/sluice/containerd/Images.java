package io.sluice.containerd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The images of one namespace. */
public interface Images {
  /**
   * Hands every image that passes one of the filters to {@code consumer}, one at a time as it
   * arrives, on the calling thread; a list of any length takes the memory of one of them. What the
   * consumer throws ends the call. If the call fails, some may have been handed over.
   *
   * @param filters such as {@code name==docker.io/library/debian:12} or {@code
   *     target.digest~=^sha256:}, see {@link Filter}; none for all images
   * @param timeout for the whole list, the consumer's time included
   */
  void list(List<String> filters, Duration timeout, Consumer<Image> consumer)
      throws ContainerdException;

  /** One image by its exact name; empty when there is none. */
  Optional<Image> get(String name, Duration timeout) throws ContainerdException;
}
