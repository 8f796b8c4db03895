package io.sluice.containerd;

/**
 * What a containerd is.
 *
 * @param version such as {@code 1.7.24} or {@code v2.1.4}, with what a distribution adds
 * @param revision the commit it was built from; may be empty
 */
public record Version(String version, String revision) {}
