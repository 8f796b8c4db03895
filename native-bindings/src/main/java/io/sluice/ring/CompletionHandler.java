package io.sluice.ring;

/** Receives completions on the thread that drains the ring. */
@FunctionalInterface
public interface CompletionHandler {
  /**
   * Handles one completion.
   *
   * @param userData the value given at submission, unchanged
   * @param result what the operation returned: at least 0 on success, {@code -errno} on failure
   * @param flags {@code IORING_CQE_F_*}
   */
  void onCompletion(long userData, int result, int flags);
}
