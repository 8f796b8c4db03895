package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.host.CloseCause;
import io.sluice.routing.libp2p.identity.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Two sides that have more than one connection with each other keep the same one. */
class PeersTest {
  private final ManualScheduler scheduler = new ManualScheduler();
  private final Side one = new Side();
  private final Side two = new Side();
  private final List<MemoryLink> ends = new ArrayList<>();

  /** The part of a host that knows its peers. */
  private final class Side implements ConnectionListener {
    private final HostContext context =
        new HostContext(HostOptions.of(Identity.generate()), scheduler, () -> {});
    private final Peers peers = new Peers(context.options.identity().id());
    private int disconnects;

    private Connection connection(boolean outbound) {
      return new Connection(context, outbound, null, this);
    }

    @Override
    public void onOpened(Connection connection) {
      peers.add(connection);
    }

    @Override
    public void onClosed(Connection connection, CloseCause cause, String reason) {
      if (connection.wasOpened() && peers.remove(connection)) {
        disconnects++;
      }
    }

    private Connection to(Side other) {
      return peers.get(other.context.options.identity().id());
    }
  }

  /** The two ends of one connection. */
  private record Pair(Connection dialer, Connection acceptor) {}

  private Pair dial(Side from, Side to) {
    Pair pair = new Pair(from.connection(true), to.connection(false));
    ends.addAll(List.of(MemoryLink.between(pair.dialer(), pair.acceptor())));
    return pair;
  }

  private void deliverAll() {
    boolean delivered = true;
    while (delivered) {
      delivered = false;
      for (MemoryLink end : ends) {
        delivered |= end.deliver();
        scheduler.runTasks();
      }
    }
  }

  @RepeatedTest(20)
  void ofSimultaneousOnesBothKeepTheSame(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Pair there = dial(one, two);
    Pair back = dial(two, one);
    for (int i = 0; i < 100; i++) {
      ends.get(random.nextInt(ends.size())).deliver();
      scheduler.runTasks();
    }
    deliverAll();
    boolean thereKept = one.to(two) == there.dialer();
    assertSame(thereKept ? there.acceptor() : back.dialer(), two.to(one));
    Pair loser = thereKept ? back : there;
    assertTrue(loser.dialer().isOpen(), "streams on it may end");
    assertTrue(loser.dialer().second && loser.acceptor().second);
    scheduler.advance(HostLimits.SECOND_CONNECTION_NS + 1);
    loser.dialer().sweep(scheduler.nowNs());
    deliverAll();
    assertFalse(loser.dialer().isOpen() || loser.acceptor().isOpen());
    assertEquals(0, one.disconnects + two.disconnects);
    assertEquals(1, one.peers.size());
    assertEquals(1, two.peers.size());
  }

  @Test
  void whoDialsAnewHasLostTheOldOne() {
    Pair old = dial(one, two);
    deliverAll();
    scheduler.advance(HostLimits.SIMULTANEOUS_NS + 1);
    Pair fresh = dial(two, one);
    deliverAll();
    assertSame(fresh.acceptor(), one.to(two));
    assertSame(fresh.dialer(), two.to(one));
    Pair again = dial(two, one);
    deliverAll();
    assertSame(again.acceptor(), one.to(two));
    assertFalse(old.dialer().isOpen(), "there is no third");
  }

  @Test
  void theSecondTakesOverWhenTheFirstEnds() {
    dial(one, two);
    dial(two, one);
    deliverAll();
    Connection first = one.to(two);
    first.close(CloseCause.NOT_NEEDED, "test");
    assertNull(one.to(two));
    deliverAll();
    assertNotSame(first, one.to(two));
    assertTrue(one.to(two).isOpen() && two.to(one).isOpen());
    assertEquals(0, one.disconnects + two.disconnects);
    one.to(two).close(CloseCause.NOT_NEEDED, "test");
    deliverAll();
    assertEquals(1, one.disconnects);
    assertEquals(1, two.disconnects);
    assertEquals(0, one.peers.size());
  }
}
