package io.sluice.server.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What slow clients have of the send budget, and what that leaves for fast ones. */
class ClientPaceTest {
  private static final int KIB = 1024;
  private static final int LEAST = 48 * KIB;
  private static final int MOST = 256 * KIB;
  private static final int IDLE = 32 * KIB;
  private static final int FAST = 4;
  private static final int SLOW = 32;

  /** For {@link #FAST} of the largest, as one of two loops has it. */
  private static final long BUDGET = 2L * FAST * (MOST - LEAST);

  private static final long LONG_NS = 1_000_000_000L;

  private final Map<Integer, Integer> sendBuffers = new HashMap<>();
  private final SocketControl sockets =
      (SocketControl)
          Proxy.newProxyInstance(
              SocketControl.class.getClassLoader(),
              new Class<?>[] {SocketControl.class},
              (proxy, method, arguments) -> {
                assertEquals("setSendBuffer", method.getName());
                sendBuffers.put((Integer) arguments[0], (Integer) arguments[1]);
                return null;
              });
  private final SendBudget budget = new SendBudget(BUDGET, LEAST, MOST);
  private final TransferTable table = new TransferTable(new BodySlots(FAST + SLOW, 1));
  private final ClientPace pace =
      new ClientPace(table, new SendBuffers(sockets, budget, IDLE), 512 * KIB);

  private Transfer begin(int fd) {
    Transfer transfer = table.claim(fd, fd, null, 0);
    pace.begin(transfer, Long.MAX_VALUE);
    return transfer;
  }

  private Transfer[] begin(int firstFd, int count) {
    Transfer[] transfers = new Transfer[count];
    for (int i = 0; i < count; i++) {
      transfers[i] = begin(firstFd + i);
    }
    return transfers;
  }

  private void stall(Transfer transfer) {
    pace.onStall(transfer, 0, 0);
  }

  private void writable(Transfer transfer, long afterNs) {
    pace.onWritable(transfer, false, false, afterNs);
  }

  @Test
  void fastClientsBesideManySlowOnesHaveWhatTheyHaveAlone() {
    for (Transfer slow : begin(100, SLOW)) {
      stall(slow);
      writable(slow, LONG_NS);
    }
    for (Transfer fast : begin(1, FAST)) {
      pace.onBlockSent(fast);
      assertEquals(MOST, sendBuffers.get(fast.fd));
    }
    assertEquals(2L * LEAST * SLOW + 2L * MOST * FAST, budget.grantedBytes());
  }

  @Test
  void slowClientsThatCameFirstGiveWay() {
    Transfer[] slow = begin(100, FAST);
    assertEquals(MOST, sendBuffers.get(100));
    Transfer fast = begin(1);
    assertEquals(LEAST, sendBuffers.get(1));
    for (Transfer transfer : slow) {
      stall(transfer);
      assertEquals(LEAST, sendBuffers.get(transfer.fd));
      writable(transfer, LONG_NS);
    }
    pace.onBlockSent(fast);
    assertEquals(MOST, sendBuffers.get(1));
  }

  /** The kernel still has it, whatever the socket's limit is by now. */
  @Test
  void whatFrozenClientsHaveQueuedIsNotGrantedAgain() {
    Transfer[] frozen = begin(100, FAST);
    for (Transfer transfer : frozen) {
      stall(transfer);
    }
    Transfer fast = begin(1);
    pace.onBlockSent(fast);
    assertEquals(LEAST, sendBuffers.get(1));
    assertTrue(budget.grantedBytes() <= BUDGET + 2L * LEAST * (FAST + 1));
  }

  @Test
  void whoHasCaughtUpSharesAgain() {
    Transfer transfer = begin(1);
    stall(transfer);
    assertEquals(0, table.sharers());
    writable(transfer, ClientPace.CAUGHT_UP_NS / 2);
    assertFalse(transfer.slow);
    pace.onBlockSent(transfer);
    assertEquals(MOST, sendBuffers.get(1));
    assertEquals(1, table.sharers());
  }

  @Test
  void whoIsCrowdedOutHasToBeFaster() {
    Transfer transfer = begin(1);
    stall(transfer);
    pace.onWritable(transfer, false, true, ClientPace.CAUGHT_UP_CROWDED_NS);
    assertTrue(transfer.slow);
    pace.onWritable(transfer, false, true, ClientPace.CAUGHT_UP_CROWDED_NS - 1);
    assertFalse(transfer.slow);
  }

  @Test
  void whoLeavesWhileSlowLeavesNothingBehind() {
    for (Transfer transfer : begin(1, FAST)) {
      stall(transfer);
      pace.end(transfer);
      table.free(transfer);
    }
    assertEquals(0, budget.grantedBytes());
    assertEquals(0, table.sharers());
    begin(1);
    assertEquals(1, table.sharers());
  }

  @Test
  void everybodyIsGrantedTheLeastBeyondTheBudget() {
    int bodies = FAST + SLOW;
    assertEquals(BUDGET + 2L * LEAST * bodies, SendBudget.bytesMax(BUDGET, LEAST, MOST, bodies));
    assertEquals(MOST, budget.fairShare(FAST));
    assertEquals(MOST / 2, budget.fairShare(FAST + 1));
    assertEquals(LEAST, budget.fairShare(1000));
  }
}
