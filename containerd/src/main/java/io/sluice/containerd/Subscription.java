package io.sluice.containerd;

/** Events being listened to. */
public interface Subscription extends AutoCloseable {
  /**
   * Ends it. The listener hears nothing that begins after this returns; a call that has begun may
   * still be going on. From any thread, the listener's too; repeatable.
   */
  @Override
  void close();
}
