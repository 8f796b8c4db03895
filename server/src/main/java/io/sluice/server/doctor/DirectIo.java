package io.sluice.server.doctor;

/**
 * How a file can be read with {@code O_DIRECT} ({@code open(2)}).
 *
 * @param errno why such a read failed, or 0 if it did not
 * @param memoryAlignmentBytes what buffers have to be aligned to, 0 if the kernel does not say
 * @param offsetAlignmentBytes what offsets and lengths have to be multiples of, 0 if the kernel
 *     does not say ({@code STATX_DIOALIGN} came with Linux 6.1)
 */
record DirectIo(int errno, int memoryAlignmentBytes, int offsetAlignmentBytes) {}
