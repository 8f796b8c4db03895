package io.sluice.ring;

import io.sluice.linux.CallState;
import io.sluice.linux.Descriptors;
import io.sluice.linux.Linux;
import io.sluice.linux.LinuxException;
import io.sluice.linux.generated.Libc;
import io.sluice.linux.generated.io_cqring_offsets;
import io.sluice.linux.generated.io_sqring_offsets;
import io.sluice.linux.generated.io_uring_cqe;
import io.sluice.linux.generated.io_uring_params;
import io.sluice.linux.generated.io_uring_sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A ring as {@code io_uring_setup(2)} made it, its two queues mapped for as long as the arena
 * lives.
 *
 * @param ringFd its descriptor
 * @param submissions its submission queue
 * @param completions its completion queue
 */
record RingMapping(int ringFd, SubmissionQueue submissions, CompletionQueue completions) {
  private static final int REQUIRED = Libc.IORING_FEAT_SINGLE_MMAP() | Libc.IORING_FEAT_NODROP();

  /** Opens a ring that belongs to the calling thread; see {@link IoUring#open}. */
  static RingMapping open(
      UringFeatures features,
      Arena arena,
      CallState state,
      int submissionEntries,
      int completionEntries) {
    MemorySegment parameters = io_uring_params.allocate(arena);
    io_uring_params.flags(parameters, features.setupFlags());
    io_uring_params.cq_entries(parameters, completionEntries);
    int fd = Linux.ioUringSetup(state, submissionEntries, parameters.address());
    UringFeatures.requireOpened(fd, submissionEntries, features.setupFlags());
    try {
      return map(features, arena, state, fd, parameters);
    } catch (RuntimeException failed) {
      Descriptors.close(fd);
      throw failed;
    }
  }

  private static RingMapping map(
      UringFeatures features, Arena arena, CallState state, int fd, MemorySegment parameters) {
    if ((io_uring_params.features(parameters) & REQUIRED) != REQUIRED) {
      throw new UnsupportedOperationException(
          "The io_uring of Linux "
              + features.kernel()
              + " lacks IORING_FEAT_SINGLE_MMAP or IORING_FEAT_NODROP. Use Linux 5.10 or newer.");
    }
    MemorySegment submissionOffsets = io_uring_params.sq_off(parameters);
    MemorySegment completionOffsets = io_uring_params.cq_off(parameters);
    int submissionEntries = io_uring_params.sq_entries(parameters);
    long submissionBytes =
        io_sqring_offsets.array(submissionOffsets) + (long) submissionEntries * Integer.BYTES;
    long completionBytes =
        io_cqring_offsets.cqes(completionOffsets)
            + io_uring_params.cq_entries(parameters) * io_uring_cqe.sizeof();
    // One mapping for both, IORING_FEAT_SINGLE_MMAP.
    long ringBytes = Math.max(submissionBytes, completionBytes);
    MemorySegment ring = map(arena, state, fd, ringBytes, Libc.IORING_OFF_SQ_RING());
    MemorySegment sqes =
        map(arena, state, fd, submissionEntries * io_uring_sqe.sizeof(), Libc.IORING_OFF_SQES());
    boolean indexed = !features.isEnabled(UringFeature.NO_SQARRAY);
    return new RingMapping(
        fd,
        new SubmissionQueue(ring, sqes, submissionOffsets, indexed),
        new CompletionQueue(ring, completionOffsets));
  }

  private static MemorySegment map(Arena arena, CallState state, int fd, long bytes, long offset) {
    long address =
        Linux.mmap(
            state, 0, bytes, Libc.PROT_READ() | Libc.PROT_WRITE(), Libc.MAP_SHARED(), fd, offset);
    if (address < 0) {
      throw new LinuxException(
          "mmap",
          "fd=" + fd + ", bytes=" + bytes + ", offset=0x" + Long.toHexString(offset),
          Math.toIntExact(-address));
    }
    // By then the ring's own call state may be gone with the arena.
    return MemorySegment.ofAddress(address)
        .reinterpret(bytes, arena, mapping -> Linux.munmap(CallState.ofThread(), mapping, bytes));
  }
}
