package io.sluice.server.loop;

import io.sluice.server.http.RegistryTarget;
import io.sluice.server.http.RequestHead;

/**
 * What a connection needs while a request is under way: memory for the request and for the response
 * head, and what was understood of the request.
 */
final class Exchange {
  final int index;

  /** Offset of the request buffer in the loop's exchange memory. */
  final long requestOffset;

  /** Offset of the response buffer in the loop's exchange memory. */
  final long responseOffset;

  final RequestHead head = new RequestHead();
  final RegistryTarget target = new RegistryTarget();

  /** What is asked for: a kind of {@link RegistryTarget}. */
  int kind;

  /** The connection that holds it; null when free. */
  Connection holder;

  Exchange(int index, long requestOffset, long responseOffset) {
    this.index = index;
    this.requestOffset = requestOffset;
    this.responseOffset = responseOffset;
  }
}
