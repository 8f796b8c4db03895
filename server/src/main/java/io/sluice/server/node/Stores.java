package io.sluice.server.node;

import io.sluice.server.config.StartupException;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.store.BlobStore;
import io.sluice.server.store.ContainerdImages;
import io.sluice.server.store.ContainerdStore;
import io.sluice.server.store.OciLayoutStore;
import io.sluice.server.store.StoreException;

/** Opens the store that the settings name. */
final class Stores {
  private Stores() {}

  /** The open store; an OCI layout that does not exist yet is created empty. */
  static BlobStore open(StoreChoice choice) {
    try {
      return switch (choice) {
        case StoreChoice.Containerd containerd ->
            new ContainerdStore(
                containerd.contentPath(),
                containerd.namespaces(),
                containerd.filter(),
                new ContainerdImages(containerd.socketPath()));
        case StoreChoice.OciLayout layout -> {
          OciLayoutStore.createIfAbsent(layout.directory());
          yield new OciLayoutStore(layout.directory());
        }
      };
    } catch (StoreException failed) {
      throw new StartupException(failed.getMessage(), failed);
    }
  }
}
