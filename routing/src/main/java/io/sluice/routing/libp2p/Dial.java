package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.host.ConnectListener;
import io.sluice.routing.host.Scheduler;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The attempt to connect to one peer: its addresses in order, a few at a time, until one leads to
 * it or the time is over.
 */
final class Dial implements ConnectionListener {
  private static final int REASONS_MAX = 3;

  private final Dialer dialer;
  private final PeerId expected;
  private final List<ConnectListener> listeners = new ArrayList<>(1);

  /** Given so far, of which the first {@link #tried} are being tried or have failed. */
  private final List<InetSocketAddress> candidates = new ArrayList<>();

  private final List<Connection> attempts = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();
  private int tried;
  private int resolving;
  private boolean started;
  private boolean ended;
  private Scheduler.Timer nextTimer;
  private Scheduler.Timer endTimer;

  /**
   * An attempt that has not been started.
   *
   * @param expected null when the peer is learnt from the handshake
   */
  Dial(Dialer dialer, PeerId expected, long timeoutNs) {
    this.dialer = dialer;
    this.expected = expected;
    endTimer = dialer.scheduler().schedule(timeoutNs, () -> fail("it took too long"));
  }

  PeerId expected() {
    return expected;
  }

  void addListener(ConnectListener listener) {
    listeners.add(listener);
  }

  /** Adds addresses to those that are tried; others than plain TCP are passed over. */
  void addAddresses(List<Multiaddr> addresses) {
    for (Multiaddr address : addresses) {
      PeerId named = address.peer();
      int port = address.tcpPort();
      if (port < 0 || named != null && expected != null && !named.equals(expected)) {
        continue;
      }
      InetAddress ip = address.ip();
      if (ip != null) {
        addCandidate(new InetSocketAddress(ip, port));
      } else if (candidates.size() + resolving < HostLimits.DIAL_ADDRESSES) {
        resolve(address, port);
      }
    }
  }

  private void resolve(Multiaddr address, int port) {
    resolving++;
    dialer
        .resolver()
        .resolve(
            address.hostName(),
            ips -> {
              resolving--;
              if (ips.isEmpty()) {
                addReason("there is no address of " + address.hostName());
              }
              for (InetAddress ip : ips) {
                if (address.allowsFamily(ip.getAddress().length > 4)) {
                  addCandidate(new InetSocketAddress(ip, port));
                }
              }
              if (started && !ended) {
                tryNext();
              }
            });
  }

  private void addCandidate(InetSocketAddress candidate) {
    if (candidates.size() < HostLimits.DIAL_ADDRESSES && !candidates.contains(candidate)) {
      candidates.add(candidate);
    }
  }

  void start() {
    started = true;
    tryNext();
  }

  /** Tries one more address, now; others when it fails, or takes long. */
  private void tryNext() {
    if (nextTimer != null) {
      nextTimer.cancel();
      nextTimer = null;
    }
    while (!ended
        && tried < candidates.size()
        && attempts.size() < HostLimits.DIAL_ADDRESSES_PARALLEL) {
      if (attempt(candidates.get(tried++))) {
        nextTimer = dialer.scheduler().schedule(HostLimits.DIAL_NEXT_NS, this::tryNext);
        return;
      }
    }
    if (!ended && attempts.isEmpty() && resolving == 0 && tried == candidates.size()) {
      fail(candidates.isEmpty() ? "there is no address to try" : "no address leads to it");
    }
  }

  private boolean attempt(InetSocketAddress address) {
    Connection connection = dialer.connect(address, expected, this);
    if (connection == null) {
      addReason(address + " cannot be tried");
      return false;
    }
    attempts.add(connection);
    return true;
  }

  @Override
  public void onOpened(Connection connection) {
    attempts.remove(connection);
    dialer.host().onOpened(connection);
    succeed(connection.peer());
  }

  @Override
  public void onClosed(Connection connection, CloseCause cause, String reason) {
    if (attempts.remove(connection)) {
      addReason(connection.remoteAddress() + ": " + reason);
    }
    dialer.host().onClosed(connection, cause, reason);
    if (!ended) {
      tryNext();
    }
  }

  /** There is a connection to the peer, of this attempt or not. */
  void succeed(PeerId peer) {
    if (end()) {
      for (ConnectListener listener : listeners) {
        listener.onConnected(peer);
      }
    }
  }

  void fail(String why) {
    if (end()) {
      String details = reasons.isEmpty() ? "" : " (" + String.join("; ", reasons) + ")";
      String whom = expected == null ? "a peer" : expected.toString();
      for (ConnectListener listener : listeners) {
        listener.onFailed("cannot connect to " + whom + ": " + why + details);
      }
    }
  }

  private boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    endTimer.cancel();
    if (nextTimer != null) {
      nextTimer.cancel();
    }
    for (Connection attempt : List.copyOf(attempts)) {
      // One that is secured, the peer may have chosen already; let the two sides compare.
      if (!attempt.isSecured()) {
        attempt.close(CloseCause.NOT_NEEDED, "another address was faster, or it took too long");
      }
    }
    dialer.onEnded(this);
    return true;
  }

  private void addReason(String reason) {
    if (reasons.size() < REASONS_MAX) {
      reasons.add(reason);
    }
  }
}
