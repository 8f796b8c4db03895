package io.sluice.server.loop;

import io.sluice.server.control.ControlMessages;
import io.sluice.server.http.ByteRange;
import io.sluice.server.http.Credentials;
import io.sluice.server.http.DigestKey;
import io.sluice.server.http.EntityTags;
import io.sluice.server.http.RegistryTarget;
import io.sluice.server.metrics.AbortReason;
import io.sluice.server.metrics.Route;
import io.sluice.server.relay.RelayHead;
import io.sluice.server.relay.RelayListener;
import io.sluice.server.relay.RelayNames;
import io.sluice.server.relay.Relays;
import io.sluice.server.transfer.WaitQueue;
import java.lang.foreign.MemorySegment;

/**
 * Serves what other nodes have: joins what is being fetched already, else has the control plane
 * look for peers, and relays what one of them answers. Clients wait here while all relays are
 * taken.
 */
final class PeerContent implements RelayListener {
  private final Registry registry;
  private final Clients clients;
  private final ConnectionTable table;
  private final Exchanges exchanges;
  private final Responder responder;
  private final Refusals refusals;
  private final BlobHomes homes;
  private final Credentials credentials;

  /** Connections for which there is no relay free. */
  private final WaitQueue waiting;

  private Relays relays;
  private boolean stopping;
  private long nowNs;

  PeerContent(
      Registry registry,
      Clients clients,
      ConnectionTable table,
      Exchanges exchanges,
      Responder responder,
      Refusals refusals,
      BlobHomes homes,
      Credentials credentials) {
    this.registry = registry;
    this.clients = clients;
    this.table = table;
    this.exchanges = exchanges;
    this.responder = responder;
    this.refusals = refusals;
    this.homes = homes;
    this.credentials = credentials;
    this.waiting = new WaitQueue(table.capacity());
  }

  void components(Relays loopRelays) {
    relays = loopRelays;
  }

  /** The time for what follows; every entry from the loop sets it. */
  void now(long now) {
    nowNs = now;
  }

  /** From now on no connection moves to another loop. */
  void stop() {
    stopping = true;
  }

  /** Looks elsewhere for what the connection asks for. */
  void find(Connection connection) {
    if (!relays.hasRoom()) {
      waiting.add(connection.slot);
    } else if (!moves(connection) && !joins(connection)) {
      registry.ask(connection, ControlMessages.FIND_PEERS);
    }
  }

  /** Whether the connection has gone to the loop where others may ask for the same blob. */
  private boolean moves(Connection connection) {
    if (stopping || !isShareable(connection)) {
      return false;
    }
    Handoff home = homes.elsewhere(connection.exchange.target.digest());
    return home != null && clients.moveTo(home, connection);
  }

  /** Whether the connection gets its bytes from a fetch that is under way. */
  private boolean joins(Connection connection) {
    if (!isShareable(connection)) {
      return false;
    }
    Exchange exchange = connection.exchange;
    DigestKey digest = exchange.target.digest();
    ByteRange range = EntityTags.heededRange(exchanges.memory(), exchange.head, digest);
    int relay = relays.join(connection.slot, connection.fd, digest, range, nowNs);
    if (relay < 0) {
      return false;
    }
    connection.relay = relay;
    connection.state = Connection.RELAYING;
    relays.joined(relay, nowNs);
    return true;
  }

  private static boolean isShareable(Connection connection) {
    return connection.route == Route.BLOB && !connection.headOnly;
  }

  /** The router has found {@code count} peers, which lie at {@code offset}. */
  void onPeers(Connection connection, MemorySegment memory, long offset, int count) {
    if (waiting.contains(connection.slot)) {
      return;
    }
    // Somebody may have begun to fetch the same while the router was looking.
    if (connection.relay < 0 && !joins(connection)) {
      startRelay(connection);
    }
    if (connection.relay >= 0) {
      relays.addPeers(connection.relay, memory, offset, count, nowNs);
    }
  }

  private void startRelay(Connection connection) {
    Exchange exchange = connection.exchange;
    RegistryTarget target = exchange.target;
    relays
        .request()
        .compose(
            exchanges.memory(),
            exchange.head,
            credentials.field(),
            connection.route == Route.MANIFEST,
            target.nameOffset(),
            target.nameLength(),
            target.referenceOffset(),
            target.referenceLength(),
            target.namespaceOffset(),
            target.namespaceLength());
    connection.relay = relays.start(connection.slot, connection.fd, nowNs);
    if (connection.relay < 0) {
      // What the router says from now on belongs to a question that will be asked again.
      connection.requestSequence++;
      waiting.add(connection.slot);
    } else {
      connection.state = Connection.RELAYING;
    }
  }

  /**
   * The router will find no more.
   *
   * @param othersMayHaveIt whether it has not heard all that may know
   */
  void onPeersEnd(Connection connection, boolean othersMayHaveIt) {
    if (waiting.contains(connection.slot)) {
      return;
    }
    if (connection.relay >= 0) {
      relays.lookupEnded(connection.relay, othersMayHaveIt, nowNs);
    } else if (othersMayHaveIt) {
      refusals.undecided(connection);
    } else {
      refusals.notFound(connection);
    }
  }

  @Override
  public void onRelayHead(int requester, RelayHead head) {
    responder.relayed(table.get(requester), head);
  }

  @Override
  public void onNoPeer(int requester, boolean undecided) {
    Connection connection = table.get(requester);
    connection.relay = -1;
    if (connection.state == Connection.CLOSING) {
      clients.closeIfQuiet(connection);
    } else if (undecided) {
      refusals.undecided(connection);
    } else {
      refusals.notFound(connection);
    }
    registry.bodyEnded();
  }

  @Override
  public boolean onPeersWanted(int requester, RelayNames names) {
    Connection connection = table.get(requester);
    return connection.state != Connection.CLOSING && registry.askPeers(connection, names);
  }

  /** The head has been handed to the kernel. */
  void headSent(Connection connection) {
    connection.state = Connection.RELAYING;
    clients.releaseExchangeForBody(connection);
    relays.headSent(connection.relay, nowNs);
  }

  @Override
  public void onRelayComplete(int requester) {
    Connection connection = table.get(requester);
    connection.relay = -1;
    registry.bodyDone(connection);
    registry.bodyEnded();
  }

  @Override
  public void onRelayAborted(int requester, int reason) {
    Connection connection = table.get(requester);
    connection.relay = -1;
    registry.bodyFailed(connection, reason);
    registry.bodyEnded();
  }

  /** Who has waited longest for a relay is looked after. */
  void bodyEnded() {
    for (int i = table.capacity(); i > 0 && !waiting.isEmpty() && relays.hasRoom(); i--) {
      find(table.get(waiting.poll()));
    }
  }

  /** The connection will not be served: it is told so, or closes. */
  void forget(Connection connection) {
    waiting.remove(connection.slot);
    if (connection.relay >= 0) {
      relays.abort(connection.relay, AbortReason.CLIENT_GONE, nowNs);
    }
  }
}
