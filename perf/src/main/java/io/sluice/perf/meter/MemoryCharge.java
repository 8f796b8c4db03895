package io.sluice.perf.meter;

/**
 * What a memory control group is charged with at one moment, in bytes.
 *
 * @param totalBytes everything charged, kernel memory included
 * @param peakBytes the kernel's own high-water mark of {@code totalBytes} since the group was made,
 *     or {@code totalBytes} where the kernel keeps none (version 2 before Linux 5.19)
 * @param anonymousBytes anonymous memory: heap, stacks, off-heap
 * @param cacheBytes page cache, shared memory included
 * @param kernelBytes kernel memory: page tables, slabs, kernel stacks, the ring
 * @param socketBytes socket buffers; version 1 counts them only where a limit is set, so 0 there
 *     says nothing: see {@link SocketMemoryMeter}
 * @param oomKills processes killed because the limit was reached
 */
public record MemoryCharge(
    long totalBytes,
    long peakBytes,
    long anonymousBytes,
    long cacheBytes,
    long kernelBytes,
    long socketBytes,
    long oomKills) {}
