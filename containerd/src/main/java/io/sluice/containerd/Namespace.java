package io.sluice.containerd;

import java.util.Map;

/**
 * A namespace of containerd; Kubernetes uses {@code k8s.io}.
 *
 * @param name its name
 * @param labels its labels, not to be changed
 */
public record Namespace(String name, Map<String, String> labels) {}
