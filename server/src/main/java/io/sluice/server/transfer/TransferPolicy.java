package io.sluice.server.transfer;

import io.sluice.server.config.ReadMode;

/**
 * How transfers are to behave.
 *
 * @param readMode how blobs are read from disk
 * @param dontCache whether the kernel knows {@code RWF_DONTCACHE}; a file system may not
 * @param progressTimeoutNs a client that takes nothing for so long is disconnected
 */
public record TransferPolicy(ReadMode readMode, boolean dontCache, long progressTimeoutNs) {}
