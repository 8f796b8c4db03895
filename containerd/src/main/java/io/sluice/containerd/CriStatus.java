package io.sluice.containerd;

import java.util.List;
import java.util.Map;

/**
 * What the {@code cri} plug-in says of itself.
 *
 * @param conditions such as {@code RuntimeReady} and {@code NetworkReady}
 * @param info JSON documents by name, unchecked and not to be changed; see {@link #configJson}
 */
public record CriStatus(List<Condition> conditions, Map<String, String> info) {
  /**
   * A thing that has to hold for pods to run.
   *
   * @param type its name
   * @param holds whether it does
   * @param reason one word; may be empty
   * @param message a sentence; may be empty
   */
  public record Condition(String type, boolean holds, String reason, String message) {}

  /**
   * The plug-in's configuration as a JSON document, empty if it does not say. Up to series 1.7 it
   * has {@code registry.configPath} and {@code containerd.discardUnpackedLayers}; from 2.0 on these
   * belong to another plug-in, of which the interface tells nothing.
   */
  public String configJson() {
    return info.getOrDefault("config", "");
  }
}
