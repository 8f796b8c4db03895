package io.sluice.ring;

import io.sluice.linux.generated.Libc;

/** Something that a kernel's io_uring, or the kernel next to it, may or may not be able to do. */
public enum UringFeature {
  /** The completion queue's size can be chosen. */
  CQSIZE(5, 5, Libc.IORING_SETUP_CQSIZE()),
  /** Queue sizes beyond the kernel's limit are reduced instead of refused. */
  CLAMP(5, 6, Libc.IORING_SETUP_CLAMP()),
  /** One bad submission does not stop those behind it. */
  SUBMIT_ALL(5, 18, Libc.IORING_SETUP_SUBMIT_ALL()),
  /** Completions do not interrupt the thread. */
  COOP_TASKRUN(5, 19, Libc.IORING_SETUP_COOP_TASKRUN()),
  /**
   * A worker thread of the kernel that finds a socket full polls it instead of waiting, and takes
   * on something else.
   */
  ASYNC_SEND(5, 16, 0),
  /** Only one thread submits, which saves the kernel its locks. */
  SINGLE_ISSUER(6, 0, Libc.IORING_SETUP_SINGLE_ISSUER()),
  /** Completions are worked on when the thread waits for them; needs {@link #SINGLE_ISSUER}. */
  DEFER_TASKRUN(6, 1, Libc.IORING_SETUP_DEFER_TASKRUN()),
  /** The submission queue needs no array of indices. */
  NO_SQARRAY(6, 6, Libc.IORING_SETUP_NO_SQARRAY()),
  /** Sending without a copy, {@code IORING_OP_SEND_ZC}. */
  SEND_ZC(6, 0, 0),
  /** Asking which pages of a file are resident, {@code cachestat(2)}. */
  CACHESTAT(6, 5, 0),
  /** Buffered reads that leave no pages behind, {@code RWF_DONTCACHE}; file systems may refuse. */
  DONTCACHE(6, 14, 0);

  private final int sinceMajor;
  private final int sinceMinor;
  private final int setupFlag;

  UringFeature(int sinceMajor, int sinceMinor, int setupFlag) {
    this.sinceMajor = sinceMajor;
    this.sinceMinor = sinceMinor;
    this.setupFlag = setupFlag;
  }

  /** The first release of Linux that has it, such as {@code 6.1}. */
  public String since() {
    return sinceMajor + "." + sinceMinor;
  }

  int sinceMajor() {
    return sinceMajor;
  }

  int sinceMinor() {
    return sinceMinor;
  }

  /** {@code IORING_SETUP_*}, 0 when it is not asked for at setup. */
  int setupFlag() {
    return setupFlag;
  }

  /** Whether Linux 5.10, the oldest that we run on, has it. */
  boolean isInFloor() {
    return sinceMajor == 5 && sinceMinor <= 10;
  }
}
