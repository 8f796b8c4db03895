package io.sluice.containerd;

import io.sluice.containerd.http2.Http2Limits;

/**
 * Every limit of this client. What containerd sends beyond one of them fails the call or the
 * connection, with a reason.
 */
public final class ContainerdLimits {
  private static final int KIB = 1 << 10;

  /** Calls at a time on one connection, subscriptions included; more wait. */
  public static final int CALLS_MAX = Http2Limits.STREAMS_MAX;

  /** The longest answer: what containerd itself sends at most. It is never in memory as a whole. */
  public static final int ANSWER_BYTES_MAX = 16 << 20;

  /** The longest element of a list, or answer that is not a list, in bytes. */
  public static final int ELEMENT_BYTES_MAX = 512 * KIB;

  /** The longest question, in bytes. */
  public static final int QUESTION_BYTES_MAX = 256 * KIB;

  /** Labels of one thing; further ones are left out. */
  public static final int LABELS_MAX = 1024;

  /** Characters of a namespace's name; containerd has no longer ones. */
  public static final int NAMESPACE_CHARACTERS_MAX = 76;

  private ContainerdLimits() {}
}
