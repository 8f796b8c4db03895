package io.sluice.server.pull;

import java.util.concurrent.TimeUnit;

/** Limits of pulling images. */
public final class PullLimits {
  /** References of one command or request. */
  public static final int REFERENCES_MAX = 256;

  /** Blobs of one image that are watched and reported; further ones are left out. */
  static final int BLOBS_MAX = 512;

  /** Characters of a reference: a registry, a repository, a tag and a digest. */
  static final int REFERENCE_CHARACTERS_MAX = 1024;

  /** For one image, unless said otherwise: 10 minutes. */
  public static final long TIMEOUT_NS = TimeUnit.MINUTES.toNanos(10);

  /** For containerd to take a connection or to answer what it knows. */
  static final long CALL_NS = TimeUnit.SECONDS.toNanos(10);

  /** Between two looks at what containerd is writing. */
  static final long LOOK_MS = 200;

  /** For a call that was cancelled to come back. */
  static final long CANCEL_MS = 2000;

  /** Requests of the admin endpoint that are worked on at once. */
  static final int REQUESTS_AT_ONCE = 2;

  /** Requests that wait beyond those. */
  static final int REQUESTS_WAITING = 4;

  /** A thread of the admin endpoint without work ends after this. */
  static final long THREAD_KEPT_NS = TimeUnit.SECONDS.toNanos(10);

  /** Shortest token: fewer characters can be guessed. */
  static final int TOKEN_BYTES_MIN = 16;

  /** Longest token. */
  static final int TOKEN_BYTES_MAX = 1024;

  private PullLimits() {}
}
