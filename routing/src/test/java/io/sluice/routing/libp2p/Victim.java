package io.sluice.routing.libp2p;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.host.HostEvents;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The connections of a host without sockets, in time that a test lets pass. */
final class Victim implements HostEvents {
  final ManualScheduler scheduler = new ManualScheduler();
  final HostContext context;
  final ConnectionTable table;
  final List<CloseCause> causes = new ArrayList<>();
  final List<String> reasons = new ArrayList<>();

  Victim() {
    HostOptions options = HostOptions.of(Identity.generate()).withEvents(this);
    table = new ConnectionTable(options, new Ignored());
    context = new HostContext(options, scheduler, table::closeLargest);
    context.protocols.put(TestNode.ECHO, peer -> new Echo());
    new Ping(context);
    scheduler.schedule(HostLimits.SWEEP_NS, this::sweep);
  }

  private void sweep() {
    table.sweep(scheduler.nowNs());
    scheduler.schedule(HostLimits.SWEEP_NS, this::sweep);
  }

  /** Accepts whoever attacks. */
  Attacker attacker() {
    return attacker(List.of(HostContext.YAMUX));
  }

  /** Accepts whoever attacks and names these muxers. */
  Attacker attacker(List<String> muxers) {
    Connection connection = new Connection(context, false, null, table);
    table.add(connection, InetAddress.getLoopbackAddress());
    return attach(connection, muxers);
  }

  /** Dials who names these muxers. */
  Attacker dialed(List<String> muxers) {
    Connection connection = new Connection(context, true, null, table);
    table.isRoomFor(connection);
    return attach(connection, muxers);
  }

  private Attacker attach(Connection connection, List<String> muxers) {
    Attacker attacker = new Attacker(this, connection, muxers);
    connection.attach(attacker);
    return attacker;
  }

  @Override
  public void onClosed(PeerId peer, Multiaddr address, CloseCause cause, String reason) {
    causes.add(cause);
    reasons.add(reason);
  }

  /** What is opened is of no interest. */
  private static final class Ignored implements ConnectionListener {
    @Override
    public void onOpened(Connection connection) {
      // Nothing to do.
    }

    @Override
    public void onClosed(Connection connection, CloseCause cause, String reason) {
      // Nothing to do.
    }
  }
}
