package io.sluice.routing.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.host.memory.MemoryHost;
import io.sluice.routing.host.memory.MemoryNetwork;
import io.sluice.routing.host.memory.VirtualScheduler;
import io.sluice.routing.kademlia.Kademlia;
import io.sluice.routing.kademlia.KademliaSettings;
import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.Multihash;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootstrapperTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int PORT = 5001;

  private final VirtualScheduler scheduler = new VirtualScheduler();
  private final MemoryNetwork network = new MemoryNetwork(scheduler, 1);
  private final List<String> log = new ArrayList<>();
  private final List<Long> attemptsNs = new ArrayList<>();

  private record Member(MemoryHost host, Kademlia kademlia) {}

  @Test
  void aFirstNodeGoesOnTryingUntilItsPeerIsUp() throws Exception {
    Member first = member(1);
    bootstrap(first, StaticBootstrap.of(List.of("/ip4/10.0.0.2")));
    scheduler.runFor(120 * SECOND_NS);
    assertEquals(0, first.kademlia.tableSize());
    assertTrue(attemptsNs.size() > 10, attemptsNs.size() + " attempts");
    assertTrue(attemptsNs.get(1) - attemptsNs.get(0) < 6 * SECOND_NS);
    long last = attemptsNs.getLast() - attemptsNs.get(attemptsNs.size() - 2);
    assertTrue(last >= 10 * SECOND_NS && last <= 16 * SECOND_NS, last + " ns at the end");
    assertTrue(log.getFirst().contains("answer"), log.getFirst());
    member(2);
    scheduler.runFor(25 * SECOND_NS);
    assertEquals(1, first.kademlia.tableSize(), "without its id");
  }

  @Test
  void backOffBeginsWithFiftyMillisecondsAndDoubles() throws Exception {
    Member only = member(1);
    bootstrap(
        only,
        attempt -> {
          throw new IOException("there is no such name");
        });
    scheduler.runFor(60 * SECOND_NS);
    for (int i = 1; i < 9; i++) {
      long expectedNs = Math.min(10 * SECOND_NS, 50_000_000L << (i - 1));
      assertEquals(expectedNs, attemptsNs.get(i) - attemptsNs.get(i - 1));
    }
    assertEquals("there is no such name", log.getFirst());
  }

  @Test
  void itselfIsPassedOver() throws Exception {
    Member only = member(1);
    bootstrap(only, StaticBootstrap.of(List.of("/ip4/10.0.0.1/tcp/5001", "/ip4/10.0.0.1")));
    scheduler.runFor(SECOND_NS);
    assertTrue(log.getFirst().contains("nobody but this node"), log.getFirst());
    assertEquals(0, only.host.connections());
  }

  @Test
  void onceItHasPeersItLooksAgainEveryHalfHour() throws Exception {
    Member first = member(1);
    Member second = member(2);
    bootstrap(second, StaticBootstrap.of(List.of("/ip4/10.0.0.1")));
    scheduler.runFor(3 * 3600 * SECOND_NS);
    assertEquals(1, second.kademlia.tableSize());
    assertEquals(6, attemptsNs.size(), 1.0, "attempts in three hours");
    assertEquals(List.of(), log);
    first.host.close();
    first.kademlia.close();
    scheduler.runFor(60 * SECOND_NS);
    assertEquals(0, second.kademlia.tableSize());
    int before = attemptsNs.size();
    scheduler.runFor(60 * SECOND_NS);
    assertTrue(attemptsNs.size() - before >= 3, "alone again, it looks all the time");
  }

  @Test
  void nothingHappensAfterTheEnd() throws Exception {
    Member only = member(1);
    Bootstrapper bootstrapper = bootstrap(only, attempt -> List.of());
    scheduler.runFor(SECOND_NS);
    bootstrapper.close();
    int before = attemptsNs.size();
    scheduler.runFor(100 * SECOND_NS);
    assertEquals(before, attemptsNs.size());
  }

  private Bootstrapper bootstrap(Member member, BootstrapSource source) {
    Bootstrapper bootstrapper =
        new Bootstrapper(
            scheduler,
            member.host,
            attempt -> {
              attemptsNs.add(scheduler.nowNs());
              return source.find(attempt);
            },
            PORT,
            () -> member.kademlia.tableSize() > 0,
            log::add,
            Runnable::run);
    bootstrapper.start();
    return bootstrapper;
  }

  private Member member(int number) throws IOException {
    MemoryHost host = network.host(id(number), address(number));
    Kademlia kademlia = new Kademlia(host, scheduler, KademliaSettings.defaults(), number);
    host.start();
    kademlia.start();
    return new Member(host, kademlia);
  }

  private static PeerId id(int number) {
    return new PeerId(Multihash.sha256(new byte[] {(byte) number}));
  }

  private static Multiaddr address(int number) throws MalformedException {
    InetSocketAddress socket = new InetSocketAddress("10.0.0." + number, PORT);
    return Multiaddr.ofTcp(socket);
  }
}
