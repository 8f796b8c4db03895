package io.sluice.perf.data;

import java.nio.file.Path;

/**
 * One blob that is served while something is measured.
 *
 * @param file where it lies
 * @param sizeBytes its size
 * @param digestHex its SHA-256, lower-case hexadecimal
 */
public record Layer(Path file, long sizeBytes, String digestHex) {}
