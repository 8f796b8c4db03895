package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.host.CloseCause;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a hostile peer may try: it loses its connection or stream, with a reason, and no more. */
class HostilePeerTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final String HEADER = "\u0013/multistream/1.0.0\n";

  private final Victim victim = new Victim();

  @Test
  void whoSaysNothingHasSoMuchTime() {
    Attacker attacker = victim.attacker();
    victim.scheduler.advance(HostLimits.HANDSHAKE_NS);
    assertFalse(attacker.closed);
    victim.scheduler.advance(2 * HostLimits.SWEEP_NS);
    assertClosed(attacker, CloseCause.TIMEOUT, "handshake");
    assertEquals(0, victim.table.size());
  }

  @Test
  void whoSaysLittleHasNoMoreTime() {
    Attacker attacker = victim.attacker();
    for (int i = 0; i < 12 && !attacker.closed; i++) {
      attacker.raw(HEADER.substring(i, i + 1));
      victim.scheduler.advance(SECOND_NS);
    }
    assertClosed(attacker, CloseCause.TIMEOUT, "handshake");
  }

  @Test
  void ofTooManyHandshakesTheOldestIsClosed() throws IOException {
    Attacker honest = victim.attacker().shakeHands();
    Attacker first = victim.attacker();
    Attacker second = victim.attacker();
    for (int i = 2; i < HostLimits.HANDSHAKES_PENDING; i++) {
      victim.attacker();
    }
    assertFalse(first.closed);
    victim.attacker();
    assertClosedSoon(first);
    assertFalse(second.closed);
    assertFalse(honest.closed);
    victim.attacker();
    assertClosedSoon(second);
    assertTrue(victim.attacker().shakeHands().connection().isOpen(), "who is quick gets in");
  }

  private void assertClosedSoon(Attacker attacker) {
    victim.scheduler.runTasks();
    assertTrue(attacker.closed);
    assertEquals(CloseCause.LIMIT, victim.causes.getLast());
  }

  @Test
  void anotherProtocolIsRefusedAtOnce() {
    Attacker attacker = victim.attacker();
    attacker.raw("GET / HTTP/1.1\r\n");
    assertClosed(attacker, CloseCause.MALFORMED, "multistream");
  }

  @Test
  void endlessProposalsAreRefused() {
    Attacker attacker = victim.attacker();
    attacker.raw(HEADER + "\u0003/a\n".repeat(100));
    assertClosed(attacker, CloseCause.LIMIT, "proposed");
  }

  @Test
  void anOversizedHandshakeMessageIsRefusedByItsLength() {
    Attacker attacker = victim.attacker();
    attacker.raw(HEADER + "\u0007/noise\n\u00ff\u00ff");
    assertClosed(attacker, CloseCause.LIMIT, "65535");
  }

  @Test
  void aHandshakeOfNoiseIsNotAuthentic() {
    Attacker attacker = victim.attacker();
    attacker.raw(HEADER + "\u0007/noise\n\u0000\u0020" + "\u0001".repeat(32));
    assertFalse(attacker.closed, "any point may be a key");
    attacker.raw("\u0000\u0080" + "\u0002".repeat(128));
    assertClosed(attacker, CloseCause.NOT_AUTHENTIC, "tampered");
  }

  @Test
  void aFrameThatIsNotSealedIsRefused() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    assertTrue(attacker.connection().isOpen());
    byte[] frame = attacker.sealed(new byte[12]);
    frame[frame.length - 1] ^= 1;
    attacker.raw(frame);
    assertClosed(attacker, CloseCause.NOT_AUTHENTIC, "tampered");
  }

  @Test
  void aFrameThatIsNotCompletedEndsTheConnectionAndItsMemory() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    byte[] frame = attacker.sealed(new byte[30_000]);
    attacker.raw(Arrays.copyOf(frame, frame.length - 1));
    assertTrue(victim.context.budget.used() >= frame.length - 1);
    victim.scheduler.advance(HostLimits.STALL_NS + 2 * HostLimits.SWEEP_NS);
    assertClosed(attacker, CloseCause.TIMEOUT, "complete a frame");
    assertEquals(0, victim.context.budget.used());
  }

  @Test
  void aTrickleDoesNotCountAsASignOfLife() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    byte[] frame = attacker.sealed(new byte[1000]);
    for (int i = 0; i < frame.length && !attacker.closed; i++) {
      attacker.raw(new byte[] {frame[i]});
      victim.scheduler.advance(SECOND_NS);
    }
    assertClosed(attacker, CloseCause.TIMEOUT, "complete a frame");
  }

  @Test
  void moreThanTheWindowIsRefusedAndSaid() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    attacker.frames("00 01 0001 00000001 00000000  00 00 0000 00000001 00040001");
    assertClosed(attacker, CloseCause.LIMIT, "262145");
    assertTrue(attacker.heard().endsWith("000300000000000000000001"), "go away: protocol error");
  }

  @Test
  void malformedFramesAreRefused() throws IOException {
    for (String frame : new String[] {"7f".repeat(12), "00 09 0000 00000000 00000000"}) {
      Attacker attacker = victim.attacker().shakeHands();
      attacker.frames(frame);
      assertTrue(attacker.closed);
      assertEquals(CloseCause.MALFORMED, victim.causes.getLast());
    }
  }

  @Test
  void endlessProposalsOnAStreamEndTheStreamOnly() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    attacker.data(1, 1, (HEADER + "\u0003/a\n".repeat(100)).getBytes("ISO-8859-1"));
    assertTrue(attacker.heard().contains("000100080000000100000000"), "reset");
    assertFalse(attacker.closed);
    assertEchoWorks(attacker, 3);
  }

  @Test
  void aStreamWithoutProtocolHasSoMuchTime() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    attacker.data(1, 1, HEADER.getBytes("ISO-8859-1"));
    victim.scheduler.advance(HostLimits.STREAM_NEGOTIATION_NS);
    assertEquals(1, attacker.connection().streams());
    victim.scheduler.advance(2 * HostLimits.SWEEP_NS);
    assertEquals(0, attacker.connection().streams());
    assertEchoWorks(attacker, 3);
  }

  @Test
  void anIdleStreamIsReset() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    attacker.open(1, TestNode.ECHO);
    for (long ns = 0; ns < HostLimits.STREAM_IDLE_NS; ns += HostLimits.KEEPALIVE_NS / 2) {
      assertEquals(1, attacker.connection().streams());
      victim.scheduler.advance(HostLimits.KEEPALIVE_NS / 2);
      attacker.frames("00 02 0002 00000000 00000000");
    }
    victim.scheduler.advance(2 * HostLimits.SWEEP_NS);
    assertEquals(0, attacker.connection().streams());
    assertFalse(attacker.closed);
  }

  @Test
  void whoIsSilentIsAskedAndThenGivenUp() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    victim.scheduler.advance(HostLimits.KEEPALIVE_NS + 2 * HostLimits.SWEEP_NS);
    assertTrue(attacker.heard().startsWith("0002000100000000"), "a ping");
    attacker.frames("00 02 0002 00000000 00000000");
    victim.scheduler.advance(HostLimits.STALL_NS + 2 * HostLimits.SWEEP_NS);
    assertFalse(attacker.closed);
    victim.scheduler.advance(HostLimits.KEEPALIVE_NS + HostLimits.STALL_NS);
    assertClosed(attacker, CloseCause.TIMEOUT, "sign of life");
  }

  @Test
  void whoDoesNotReadIsGivenUp() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    attacker.open(1, TestNode.ECHO);
    attacker.reads = false;
    attacker.data(1, 0, new byte[1000]);
    for (int i = 0; i < HostLimits.STALL_NS / SECOND_NS; i++) {
      attacker.frames("00 02 0002 00000000 00000000");
      victim.scheduler.advance(SECOND_NS);
    }
    victim.scheduler.advance(2 * HostLimits.SWEEP_NS);
    assertClosed(attacker, CloseCause.TIMEOUT, "takes no bytes");
  }

  @Test
  void whoPingsAndDoesNotReadIsRefused() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    attacker.reads = false;
    for (int i = 0; i < 1000 && !attacker.closed; i++) {
      attacker.frames("00 02 0001 00000000 00000000");
    }
    assertClosed(attacker, CloseCause.LIMIT, "does not take them");
  }

  @Test
  void whoHasAnEchoAndDoesNotReadLosesTheStream() throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    attacker.open(1, TestNode.ECHO);
    byte[] part = new byte[50_000];
    // Credit is given for what is echoed, but none by the attacker.
    for (int i = 0; i < 12; i++) {
      attacker.data(1, 0, part);
    }
    assertTrue(attacker.heard().contains("000100080000000100000000"), "reset");
    assertFalse(attacker.closed);
    assertEquals(0, victim.context.budget.used());
    assertEchoWorks(attacker, 3);
  }

  @Test
  void whoHasMostMemoryPaysWhenItIsExhausted() throws IOException {
    int perConnection = 250_000;
    int count = HostLimits.TOTAL_BUFFER_BYTES / (HostLimits.STREAM_SEND_BYTES + 1000);
    List<Attacker> attackers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      attackers.add(holding(perConnection));
    }
    assertEquals(List.of(), victim.causes);
    Attacker greedy = attackers.get(3);
    greedy.open(3, TestNode.ECHO);
    greedy.data(3, 0, new byte[50_000]);
    greedy.data(3, 0, new byte[50_000]);
    Attacker next = holding(perConnection);
    assertTrue(greedy.closed, "it had most");
    assertEquals(CloseCause.LIMIT, victim.causes.getFirst());
    assertFalse(next.closed);
    assertTrue(victim.context.budget.used() <= HostLimits.TOTAL_BUFFER_BYTES);
  }

  /** One that lets so many bytes wait for it. */
  private Attacker holding(int bytes) throws IOException {
    Attacker attacker = victim.attacker().shakeHands();
    attacker.open(1, TestNode.ECHO);
    attacker.reads = false;
    for (int sent = 0; sent < bytes; sent += 50_000) {
      attacker.data(1, 0, new byte[50_000]);
    }
    return attacker;
  }

  private void assertClosed(Attacker attacker, CloseCause cause, String reason) {
    assertTrue(attacker.closed);
    assertEquals(List.of(cause), victim.causes);
    assertTrue(victim.reasons.getFirst().contains(reason), victim.reasons::toString);
  }

  private static void assertEchoWorks(Attacker attacker, int stream) throws IOException {
    attacker.open(stream, TestNode.ECHO);
    attacker.data(stream, 0, new byte[] {0x42, 0x43});
    assertTrue(attacker.heard().endsWith("4243"));
  }
}
