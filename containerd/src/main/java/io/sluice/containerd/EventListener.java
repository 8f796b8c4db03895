package io.sluice.containerd;

/** Hears of events, on the subscription's own thread, one call at a time. */
public interface EventListener {
  /**
   * Something has happened. While this runs, events wait, in containerd once a window is full, so
   * it should not take long; it may make calls on the same connection. What it throws ends the
   * subscription as {@link #onLost} with kind {@link ContainerdException.Kind#LISTENER}.
   */
  void onEvent(Event event);

  /**
   * The subscription has ended without having been closed itself, be it that the connection was;
   * nothing follows. Events may have been missed.
   */
  void onLost(ContainerdException cause);
}
