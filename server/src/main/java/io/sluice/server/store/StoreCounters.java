package io.sluice.server.store;

/**
 * What a store did since it was opened.
 *
 * @param refreshes catalogs that were put in place
 * @param refreshFailures refreshes that kept the previous catalog
 * @param sniffs media types that were read from content
 * @param readFailures blobs that could not be looked at or read
 * @param bytesRead bytes read from blobs and index files on control-plane threads
 */
public record StoreCounters(
    long refreshes, long refreshFailures, long sniffs, long readFailures, long bytesRead) {}
