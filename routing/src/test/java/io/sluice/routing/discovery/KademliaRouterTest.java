package io.sluice.routing.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.Lookup;
import io.sluice.routing.host.memory.Ignored;
import io.sluice.routing.host.memory.MemoryHost;
import io.sluice.routing.host.memory.MemoryNetwork;
import io.sluice.routing.host.memory.VirtualScheduler;
import io.sluice.routing.kademlia.Kademlia;
import io.sluice.routing.kademlia.KademliaSettings;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.Multihash;
import io.sluice.routing.multiformat.PeerId;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KademliaRouterTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final VirtualScheduler scheduler = new VirtualScheduler();
  private final MemoryNetwork network = new MemoryNetwork(scheduler, 1);
  private Member one;
  private Member two;
  private Member three;

  private record Member(MemoryHost host, Kademlia kademlia, KademliaRouter router, int number) {
    InetSocketAddress registry() {
      return new InetSocketAddress("10.0.0." + number, Lookups.REGISTRY_PORT);
    }

    long asked() {
      return kademlia.counts().questionsAsked();
    }
  }

  /** What a lookup has been told. */
  private static final class Heard implements Lookup {
    final List<InetSocketAddress> peers = new ArrayList<>();
    int ends;
    boolean gaveUp;

    @Override
    public void onPeer(InetSocketAddress registryAddress) {
      assertEquals(0, ends);
      peers.add(registryAddress);
    }

    @Override
    public void onEnd() {
      ends++;
    }

    @Override
    public void onGiveUp() {
      gaveUp = true;
      ends++;
    }
  }

  @BeforeEach
  void threeNodes() throws Exception {
    one = member(1, "");
    two = member(2, "");
    three = member(3, "");
    run(5);
  }

  @Test
  void aProviderIsItsAddressAtOurOwnRegistryPort() {
    assertTrue(one.router.ready());
    two.router.advertise(List.of("sha256:aa"));
    run(2);
    assertEquals(List.of(two.registry()), find(three, "sha256:aa", 3).peers);
    assertEquals(List.of(), find(two, "sha256:aa", 3).peers, "never ourselves");
    assertEquals(List.of(), find(three, "sha256:bb", 3).peers);
  }

  @Test
  void thatNobodyHasItIsOnlySaidWhenAllHaveAnswered() {
    assertFalse(find(three, "sha256:aa", 3).gaveUp);
    two.host.freeze();
    assertTrue(find(three, "sha256:bb", 3).gaveUp);
    assertTrue(find(three, "sha256:cc", 3).gaveUp, "though nobody waits for a suspect");
    two.host.thaw();
    run(5);
    assertFalse(find(three, "sha256:dd", 3).gaveUp);
  }

  @Test
  void equalLookupsUnderWayAreOne() {
    two.router.advertise(List.of("sha256:aa"));
    run(2);
    long before = three.asked();
    List<Heard> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Heard heard = new Heard();
      all.add(heard);
      three.router.lookup("sha256:aa", 3, heard);
    }
    run(1);
    for (Heard heard : all) {
      assertEquals(List.of(two.registry()), heard.peers);
      assertEquals(1, heard.ends);
    }
    assertEquals(2, three.asked() - before, "both others were asked once");
  }

  @Test
  void whatWasFoundIsRememberedForAMomentAndThatNothingWasForLess() {
    two.router.advertise(List.of("sha256:aa"));
    run(2);
    find(three, "sha256:aa", 1);
    find(three, "sha256:bb", 1);
    long before = three.asked();
    find(three, "sha256:aa", 1);
    find(three, "sha256:bb", 1);
    assertEquals(0, three.asked() - before);
    scheduler.runFor(KademliaRouter.ABSENT_VALID_NS);
    find(three, "sha256:aa", 1);
    assertEquals(0, three.asked() - before);
    find(three, "sha256:bb", 1);
    assertEquals(2, three.asked() - before, "asked again whether there is one now");
    scheduler.runFor(KademliaRouter.TOO_FEW_VALID_NS);
    long beforeMore = three.asked();
    find(three, "sha256:aa", 3);
    assertEquals(2, three.asked() - beforeMore, "three were wanted, and one was known");
  }

  @Test
  void aProviderThatCameAfterALookupIsFoundByLookingAnew() {
    one.router.advertise(List.of("sha256:aa"));
    run(2);
    assertEquals(List.of(one.registry()), find(three, "sha256:aa", 3).peers);
    two.router.advertise(List.of("sha256:aa"));
    run(1);
    assertEquals(List.of(one.registry()), find(three, "sha256:aa", 3).peers, "remembered");
    Heard anew = new Heard();
    three.router.lookupAnew("sha256:aa", 3, anew);
    scheduler.runUntil(() -> anew.ends > 0, 10 * SECOND_NS);
    assertEquals(Set.of(one.registry(), two.registry()), Set.copyOf(anew.peers));
    assertEquals(2, find(three, "sha256:aa", 3).peers.size(), "what was found anew is remembered");
  }

  @Test
  void aLookupEndsForEachWhenItHasEnough() {
    one.router.advertise(List.of("k"));
    two.router.advertise(List.of("k"));
    run(2);
    Heard few = new Heard();
    Heard many = new Heard();
    three.router.lookup("k", 1, few);
    three.router.lookup("k", 5, many);
    run(1);
    assertEquals(1, few.peers.size());
    assertEquals(2, many.peers.size());
    assertEquals(1, few.ends);
    assertEquals(1, many.ends);
  }

  @Test
  void providersOfOurZoneComeFirst() throws Exception {
    Member asker = member(10, "north");
    List<Member> south = new ArrayList<>();
    for (int i = 11; i < 15; i++) {
      south.add(member(i, "south"));
    }
    Member north = member(15, "north");
    run(5);
    south.forEach(each -> each.router.advertise(List.of("k")));
    north.router.advertise(List.of("k"));
    run(2);
    assertEquals(List.of(north.registry()), find(asker, "k", 1).peers);
    assertEquals(north.registry(), find(asker, "k", 4).peers.getFirst());
  }

  @Test
  void whoeverCallsAfterTheEndHearsTheEnd() {
    Heard under = new Heard();
    two.host.freeze();
    one.host.freeze();
    three.router.lookup("k", 3, under);
    scheduler.runFor(SECOND_NS / 10);
    assertEquals(0, under.ends);
    three.router.close();
    run(1);
    assertEquals(1, under.ends);
    Heard late = new Heard();
    three.router.lookup("k", 3, late);
    assertEquals(1, late.ends);
    Heard none = new Heard();
    one.router.lookup("k", 0, none);
    assertEquals(1, none.ends);
  }

  @Test
  void aLookupTakesNoLongerThanItMay() throws Exception {
    for (int i = 20; i < 40; i++) {
      member(i, "").host.freeze();
    }
    run(5);
    one.host.freeze();
    two.host.freeze();
    Heard heard = new Heard();
    three.router.lookup("k", 3, heard);
    scheduler.runFor(5 * SECOND_NS + 1);
    assertEquals(1, heard.ends);
  }

  @Test
  void manyKeysAreTakenAndWithdrawn() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      keys.add("key " + i);
    }
    two.router.advertise(keys);
    run(1);
    assertEquals(1000, two.kademlia.counts().advertisedKeys());
    two.router.withdraw(keys.subList(0, 400));
    run(1);
    assertEquals(600, two.kademlia.counts().advertisedKeys());
    assertFalse(find(one, "key 999", 1).peers.isEmpty());
  }

  private Heard find(Member asker, String key, int maxPeers) {
    Heard heard = new Heard();
    asker.router.lookup(key, maxPeers, heard);
    scheduler.runUntil(() -> heard.ends > 0, 10 * SECOND_NS);
    assertEquals(1, heard.ends);
    return heard;
  }

  private void run(int seconds) {
    scheduler.runFor(seconds * SECOND_NS);
  }

  private Member member(int number, String zone) throws Exception {
    PeerId id = new PeerId(Multihash.sha256(("m" + number).getBytes(StandardCharsets.UTF_8)));
    MemoryHost host = network.host(id, address(number));
    KademliaSettings settings =
        KademliaSettings.of(
            KademliaSettings.SPEGEL_PREFIX,
            zone,
            KademliaSettings.ANSWER_WAIT,
            KademliaSettings.IDLE_WAIT);
    Kademlia kademlia = new Kademlia(host, scheduler, settings, number);
    host.start();
    kademlia.start();
    if (number != 1) {
      host.connect(null, List.of(address(1)), SECOND_NS, new Ignored());
    }
    KademliaRouter router =
        new KademliaRouter(
            host, scheduler, kademlia, Lookups.REGISTRY_PORT, 5 * SECOND_NS, e -> {}, () -> {});
    return new Member(host, kademlia, router, number);
  }

  private static Multiaddr address(int number) {
    return Multiaddr.ofTcp(new InetSocketAddress("10.0.0." + number, 5001));
  }
}
