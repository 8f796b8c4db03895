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
 * @param targets where it has what it serves
 */
public record Running(
    String name, ConfinedProcess process, InetSocketAddress address, Targets targets)
    implements AutoCloseable {
  /**
   * One that has everything where an OCI registry has it.
   *
   * @param name its contender's name
   * @param process its first process
   * @param address where it listens
   */
  public Running(String name, ConfinedProcess process, InetSocketAddress address) {
    this(name, process, address, Targets.REGISTRY);
  }

  /**
   * The request target of a layer in a registry.
   *
   * @param layer the layer
   * @return its path
   */
  public static String path(Layer layer) {
    return Targets.REGISTRY.blob(layer.digestHex());
  }

  /**
   * The request target of a manifest in a registry.
   *
   * @param manifest the manifest
   * @return its path
   */
  public static String manifestPath(Layer manifest) {
    return Targets.REGISTRY.manifest(manifest.digestHex());
  }

  /**
   * A request for a whole layer to a registry.
   *
   * @param layer the layer
   * @return the request
   */
  public static BlobRequest whole(Layer layer) {
    return BlobRequest.whole(path(layer), layer.sizeBytes(), layer.digestHex());
  }

  /**
   * A request for a whole manifest to a registry.
   *
   * @param manifest the manifest
   * @return the request
   */
  public static BlobRequest manifest(Layer manifest) {
    return BlobRequest.whole(manifestPath(manifest), manifest.sizeBytes(), manifest.digestHex());
  }

  /** Stops it. Calling it again does nothing. */
  @Override
  public void close() {
    process.close();
  }
}
