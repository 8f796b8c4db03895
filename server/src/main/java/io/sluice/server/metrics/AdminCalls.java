package io.sluice.server.metrics;

/** What who knows the token can have done through the metrics port. */
public interface AdminCalls {
  /** Longest body of a request: 64 KiB. */
  int BODY_BYTES_MAX = 65_536;

  /**
   * Whether the caller knows the token.
   *
   * @param authorizationOrNull the value of {@code Authorization}; null without one
   */
  boolean allows(String authorizationOrNull);

  /**
   * Begins what is asked for, on other threads; does not wait.
   *
   * @param body as it was received
   * @param done runs when there is an answer, on any thread, also before this returns
   */
  AdminCall pull(byte[] body, Runnable done);

  /** Something that was asked for. */
  interface AdminCall {
    /** The answer; null while it is not known. */
    AdminAnswer answerOrNull();

    /** Nobody waits for the answer any more. */
    void cancel();
  }

  /**
   * How it went.
   *
   * @param status HTTP status code
   * @param json the body
   */
  record AdminAnswer(int status, String json) {}
}
