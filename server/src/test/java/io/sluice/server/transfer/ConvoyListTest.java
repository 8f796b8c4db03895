package io.sluice.server.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How blocks are shared out among convoys. */
class ConvoyListTest {
  private static final int BLOCKS = 23;
  private static final int FAST = 4;
  private static final int CAPACITY = 64;

  private final ConvoyList convoys = new ConvoyList(null, CAPACITY, BLOCKS);

  private void found(int count, boolean lone) {
    for (int i = 0; i < count; i++) {
      convoys.found(null, 0, lone, 0);
    }
  }

  /** It was a third of it: the disk had too little to do. */
  @Test
  void slowClientsLeaveFastOnesTheirReadAhead() {
    found(FAST, false);
    assertEquals(5, convoys.part(BLOCKS, 0));
    found(7, true);
    assertEquals(4, convoys.part(BLOCKS, 0));
    assertEquals(3, convoys.part(BLOCKS, 1));
  }

  @Test
  void moreSlowClientsThanBlocksLeaveNone() {
    found(1, false);
    found(BLOCKS + 1, true);
    assertEquals(0, convoys.part(BLOCKS, 0));
  }

  /** Twelve convoys had one block each of 23, and the disk nothing to do while those were sent. */
  @Test
  void noBlockIsLeftOverWhereTheyDoNotComeOutEven() {
    found(12, false);
    assertEquals(2, convoys.quota(BLOCKS));
    found(BLOCKS - 12, false);
    assertEquals(1, convoys.quota(BLOCKS));
    found(BLOCKS + 1, true);
    assertEquals(1, convoys.quota(BLOCKS));
  }

  /** Blobs that were asked for 5 ms apart were read 1.8 times. */
  @Test
  void whatIsKeptForOthersIsNotAskedBackByAQuotaThatIsTooLarge() {
    found(FAST, false);
    assertEquals(6, convoys.quota(BLOCKS));
    convoys.setHeld(convoys.at(1), true);
    convoys.setHeld(convoys.at(1), true);
    assertEquals(5, convoys.quota(BLOCKS));
    convoys.end(convoys.at(1));
    found(1, false);
    assertEquals(6, convoys.quota(BLOCKS));
  }

  @Test
  void whoHasEndedDoesNotCount() {
    found(2, true);
    found(1, false);
    convoys.end(convoys.at(0));
    convoys.end(convoys.at(convoys.count() - 1));
    assertEquals(1, convoys.count());
    int part = convoys.at(0).lone ? BLOCKS - 1 : BLOCKS;
    assertEquals(part, convoys.part(BLOCKS, 0));
  }
}
