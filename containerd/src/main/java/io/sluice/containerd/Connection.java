package io.sluice.containerd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A connection to one containerd. It is lost for good when the daemon ends or breaks the protocol:
 * every call then fails with a {@link ContainerdException} whose {@link
 * ContainerdException#isRetriable} is true, and the caller opens another one, which costs one
 * thread and less than 100 KiB.
 *
 * <p>Calls block until the answer is there or the time is up. They may be made from any thread, at
 * most {@link ContainerdLimits#CALLS_MAX} at a time, which a subscription counts towards; more
 * wait. An interrupted call fails with kind {@link ContainerdException.Kind#INTERRUPTED}, the
 * thread's interrupt set again, and the connection stays good.
 */
public interface Connection extends AutoCloseable {
  /**
   * Connects, and makes sure that the other side speaks HTTP/2.
   *
   * @param socket containerd's socket, usually {@code /run/containerd/containerd.sock}
   * @param timeout until the other side has answered
   */
  static Connection open(Path socket, Duration timeout) throws ContainerdException {
    return GrpcConnection.open(socket, timeout);
  }

  /** The daemon's version; the cheapest call, which also tells whether it is containerd. */
  Version version(Duration timeout) throws ContainerdException;

  /** All namespaces, in no order. */
  List<Namespace> namespaces(Duration timeout) throws ContainerdException;

  /**
   * One namespace. Calls within a namespace that does not exist find nothing and do not fail, so
   * this is the way to tell.
   *
   * @throws ContainerdException of kind {@link ContainerdException.Kind#NAMESPACE_NOT_FOUND}
   */
  Namespace namespace(String name, Duration timeout) throws ContainerdException;

  /** The images of a namespace; no call yet. */
  Images images(String namespace);

  /** The content as a namespace sees it; no call yet. */
  Contents contents(String namespace);

  /**
   * Asks for all events that pass one of the filters, in all namespaces, until the subscription or
   * the connection ends. Does not wait: containerd does not say when it begins to send. What is
   * listed by a call that is made after this one may have changed only by what the listener hears,
   * but for the moment in which containerd starts the subscription; list again from time to time.
   *
   * @param filters such as {@code topic~="^/images/"} or {@code namespace==k8s.io}, see {@link
   *     Filter}; none for all events
   * @param listener is called on a thread of its own
   * @throws ContainerdException when the connection is lost already
   */
  Subscription subscribe(List<String> filters, EventListener listener) throws ContainerdException;

  /** What Kubernetes asks of the same socket; no call yet. */
  Cri cri();

  /** Whether calls have a chance; false for good once the connection is lost or closed. */
  boolean isOpen();

  /** Ends the connection; calls that are under way fail as unavailable. Repeatable. */
  @Override
  void close();
}
