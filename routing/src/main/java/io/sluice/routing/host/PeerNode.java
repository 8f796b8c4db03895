package io.sluice.routing.host;

/** A host and the thread that it lives on. */
public interface PeerNode extends AutoCloseable {
  /** The host; not started. */
  PeerHost host();

  /** The thread on which it is to be used. */
  Scheduler scheduler();

  /** Ends the host, then the thread; from any other thread, which waits for it. */
  @Override
  void close();
}
