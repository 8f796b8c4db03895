package io.sluice.perf.contender;

import io.sluice.perf.confine.ConfinedProcess;
import io.sluice.perf.data.Layer;
import io.sluice.perf.load.BlobRequest;
import java.net.InetSocketAddress;

/**
 * A contender that answers.
 *
 * @param name its contender's name
 * @param process its first process
 * @param address where it listens
 */
public record Running(String name, ConfinedProcess process, InetSocketAddress address)
    implements AutoCloseable {
  /** All contenders serve under the path of an OCI registry, so that the client is the same. */
  private static final String BLOBS = "/v2/bench/blobs/sha256:";

  private static final String MANIFESTS = "/v2/bench/manifests/sha256:";

  /**
   * The request target of a layer.
   *
   * @param layer the layer
   * @return its path
   */
  public static String path(Layer layer) {
    return BLOBS + layer.digestHex();
  }

  /**
   * The request target of a manifest.
   *
   * @param manifest the manifest
   * @return its path
   */
  public static String manifestPath(Layer manifest) {
    return MANIFESTS + manifest.digestHex();
  }

  /**
   * A request for a whole layer.
   *
   * @param layer the layer
   * @return the request
   */
  public static BlobRequest whole(Layer layer) {
    return BlobRequest.whole(path(layer), layer.sizeBytes(), layer.digestHex());
  }

  /** Stops it. Calling it again does nothing. */
  @Override
  public void close() {
    process.close();
  }
}
