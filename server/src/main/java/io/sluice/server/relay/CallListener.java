package io.sluice.server.relay;

/** Hears how calls go. */
interface CallListener {
  /** The peer has answered well; {@link Calls#response} holds the head. */
  void onAnswer(Call call);

  /**
   * The peer has failed; the call is over.
   *
   * @param fetch whom it worked for
   * @param call the call, for comparison only
   * @param candidate number of the peer among those of the fetch
   * @param failure as in {@link Failure}
   */
  void onFailure(Fetch fetch, Call call, int candidate, int failure);
}
