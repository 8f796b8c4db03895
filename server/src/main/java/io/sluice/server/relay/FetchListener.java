package io.sluice.server.relay;

/** Hears how fetches go. */
interface FetchListener {
  /** It is known what is fetched; bytes follow, if there are any. */
  void onFetchHead(Fetch fetch);

  /** There are more bytes in the window. */
  void onFetchBytes(Fetch fetch);

  /** All peers have failed within the body; false when more cannot be looked for. */
  boolean onPeersWanted(Fetch fetch);

  /** No peer is left that could be asked. */
  void onFetchFailed(Fetch fetch);
}
