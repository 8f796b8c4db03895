package io.sluice.server.metrics;

/**
 * What the kernel had charged to a memory cgroup, in bytes, at the time it was read.
 *
 * <p>A part that this kernel does not report is {@link #UNKNOWN}. The parts need not add up to the
 * total: the kernel updates them in batches per processor, and cgroup v1 neither counts nor limits
 * socket buffers together with the rest.
 *
 * @param totalBytes everything charged; v1 {@code memory.usage_in_bytes}, v2 {@code memory.current}
 * @param peakBytes highest total so far; v2 from Linux 5.19
 * @param limitBytes lowest limit of the cgroup and those above it, {@link #NO_LIMIT} without one
 * @param anonymousBytes heap, stacks and anonymous mappings
 * @param fileBytes page cache, tmpfs and shared memory included
 * @param fileMappedBytes the part of {@code fileBytes} that is mapped by a process
 * @param shmemBytes the part of {@code fileBytes} that is tmpfs or shared memory, which swap alone
 *     could take back
 * @param kernelBytes kernel stacks, page tables, slab and the like
 * @param socketBytes socket buffers; v1 counts TCP only, and only if the cgroup has a TCP limit
 */
public record CgroupUsage(
    long totalBytes,
    long peakBytes,
    long limitBytes,
    long anonymousBytes,
    long fileBytes,
    long fileMappedBytes,
    long shmemBytes,
    long kernelBytes,
    long socketBytes) {

  /** Stands for a value that this kernel does not report. */
  public static final long UNKNOWN = -1L;

  /** Stands for the absence of a limit. */
  public static final long NO_LIMIT = Long.MAX_VALUE;
}
