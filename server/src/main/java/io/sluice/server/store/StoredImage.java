package io.sluice.server.store;

/**
 * An image as a runtime knows it. Nothing of it is verified.
 *
 * @param name as the runtime has it, such as {@code acme.test/app:1}, but also digests
 * @param target digest of its manifest or index, as text
 * @param mediaType of the target
 */
public record StoredImage(String name, String target, String mediaType) {}
