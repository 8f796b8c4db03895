package io.sluice.server.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BodySlotsTest {
  private static final int CAPACITY = 64;
  private static final int RELAYS = 32;
  private static final int KEPT = 8;

  private static int takeTransfers(BodySlots slots) {
    int taken = 0;
    while (slots.hasTransferRoom()) {
      slots.takeTransfer();
      taken++;
    }
    return taken;
  }

  private static int takeRelays(BodySlots slots) {
    int taken = 0;
    while (slots.hasRelayRoom()) {
      slots.takeRelay();
      taken++;
    }
    return taken;
  }

  @Test
  void transfersLeaveSomeForRelays() {
    BodySlots slots = new BodySlots(CAPACITY, RELAYS);
    assertEquals(CAPACITY - KEPT, takeTransfers(slots));
    assertEquals(KEPT, takeRelays(slots));
    assertEquals(CAPACITY, slots.inUse());
    slots.giveRelay();
    assertFalse(slots.hasTransferRoom());
    assertTrue(slots.hasRelayRoom());
  }

  @Test
  void relaysLeaveTheRestForTransfers() {
    BodySlots slots = new BodySlots(CAPACITY, RELAYS);
    assertEquals(RELAYS, takeRelays(slots));
    assertEquals(CAPACITY - RELAYS, takeTransfers(slots));
    slots.giveRelay();
    assertTrue(slots.hasTransferRoom());
    slots.takeTransfer();
    slots.giveTransfer();
    assertTrue(slots.hasRelayRoom());
  }

  @Test
  void whereNothingIsRelayedAllAreForTransfers() {
    assertEquals(CAPACITY, takeTransfers(new BodySlots(CAPACITY, 1)));
  }
}
