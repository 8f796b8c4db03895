package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.host.CloseCause;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With a peer that says nothing of muxers in the handshake, one is agreed on after it. */
class MuxerAgreementTest {
  private static final String HEADER = "132f6d756c746973747265616d2f312e302e300a";
  private static final String YAMUX = "0d2f79616d75782f312e302e300a";
  private static final String PING = "00020001000000000000002a";
  private static final String PONG = "00020002000000000000002a";

  private final Victim victim = new Victim();

  @Test
  void whoDialsUsMayProposeAndGoOnAtOnce() throws IOException {
    Attacker peer = victim.attacker(List.of()).shakeHands();
    assertFalse(peer.connection().isOpen());
    peer.frames(HEADER + YAMUX + PING);
    assertTrue(peer.connection().isOpen());
    assertEquals(HEADER + YAMUX + PONG, peer.heard());
  }

  @Test
  void whoDialsUsWithAnotherMuxerIsRefused() throws IOException {
    Attacker peer = victim.attacker(List.of("/mplex/6.7.0")).shakeHands();
    peer.frames(HEADER + "0d2f6d706c65782f362e372e300a");
    assertEquals(HEADER + "036e610a", peer.heard());
    assertFalse(peer.connection().isOpen());
    victim.scheduler.advance(HostLimits.HANDSHAKE_NS + 2 * HostLimits.SWEEP_NS);
    assertEquals(List.of(CloseCause.TIMEOUT), victim.causes);
  }

  @Test
  void whomWeDialHearsOurProposal() throws IOException {
    Attacker peer = victim.dialed(List.of()).shakeHands();
    assertEquals(HEADER + YAMUX, peer.heard());
    assertFalse(peer.connection().isOpen());
    peer.frames(HEADER + YAMUX + PING);
    assertTrue(peer.connection().isOpen());
    assertTrue(peer.heard().endsWith(PONG));
  }

  @Test
  void whomWeDialMayRefuse() throws IOException {
    Attacker peer = victim.dialed(List.of()).shakeHands();
    peer.frames(HEADER + "036e610a");
    assertTrue(peer.closed);
    assertEquals(List.of("the peer does not speak /yamux/1.0.0"), victim.reasons);
  }

  @Test
  void withEarlyAgreementThereIsNothingMoreToSay() throws IOException {
    Attacker peer = victim.dialed(List.of(HostContext.YAMUX)).shakeHands();
    assertTrue(peer.connection().isOpen());
    peer.raw(peer.sealed(HexFormat.of().parseHex(PING)));
    assertEquals(PONG, peer.heard());
  }
}
