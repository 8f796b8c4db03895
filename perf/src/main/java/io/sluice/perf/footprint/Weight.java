package io.sluice.perf.footprint;

import io.sluice.perf.meter.MemoryCharge;

/**
 * What one run weighed, and how fast it was.
 *
 * @param startNs from the start of the process to the first byte of a blob
 * @param started charge soon after the start
 * @param startedResidentBytes resident set then
 * @param loadedBytes highest charge while clients pulled
 * @param idle charge after the idle time that makes a node give memory back
 * @param idleResidentBytes resident set then
 * @param beforeIdleNs a blob's first byte before the idle time
 * @param afterIdleNs a blob's first byte just after it
 */
record Weight(
    long startNs,
    MemoryCharge started,
    long startedResidentBytes,
    long loadedBytes,
    MemoryCharge idle,
    long idleResidentBytes,
    long beforeIdleNs,
    long afterIdleNs) {}
