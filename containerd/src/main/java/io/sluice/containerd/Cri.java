package io.sluice.containerd;

import java.time.Duration;

/**
 * The part of Kubernetes' container runtime interface ({@code runtime.v1}) that matters to a
 * mirror. A containerd whose {@code cri} plug-in is off fails every call with kind {@link
 * ContainerdException.Kind#UNIMPLEMENTED}.
 */
public interface Cri {
  /**
   * Pulls an image into {@code k8s.io} as the kubelet would, by the mirrors that containerd is
   * configured with.
   *
   * @param image a reference with tag or digest
   * @param authOrNull for the registry; null for none
   * @return the image's id, as the plug-in says
   */
  String pullImage(String image, RegistryAuth authOrNull, Duration timeout)
      throws ContainerdException;

  /** How the runtime is, and its configuration in its own words. */
  CriStatus status(Duration timeout) throws ContainerdException;
}
