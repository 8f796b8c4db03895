package io.sluice.server.store;

import java.nio.file.Path;
import java.util.List;

/** containerd's images, learnt from its API. */
public final class ContainerdImages implements ImageSource {
  private final Path socket;

  /** Images of the containerd that listens at {@code socket}; nothing is connected yet. */
  public ContainerdImages(Path socket) {
    this.socket = socket;
  }

  @Override
  public Session open(List<String> namespaces, Listener listener) throws StoreException {
    throw new StoreException("There is no client yet.");
  }

  @Override
  public String description() {
    return "containerd at " + socket;
  }

  @Override
  public void close() {}
}
