package io.sluice.server.loop;

/** Answers requests; what {@link Clients} needs of the registry. */
interface RequestHandler {
  /** A complete request head is in the connection's exchange. */
  void onRequest(Connection connection, long nowNs);

  /**
   * What was received can never become a request, or came too slowly.
   *
   * @param code a status, or a negative code of {@link io.sluice.server.http.HttpError}
   */
  void onUnreadable(Connection connection, int code, long nowNs);

  /** The composed response has been sent; a body may have to follow. */
  void onHeadSent(Connection connection, long nowNs);

  /** The connection is about to close: whatever works for it must end. */
  void onClosing(Connection connection, long nowNs);
}
