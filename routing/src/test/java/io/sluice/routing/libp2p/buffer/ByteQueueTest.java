package io.sluice.routing.libp2p.buffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteQueueTest {
  private int reliefs;
  private final TotalBudget total = new TotalBudget(10_000, () -> reliefs++);
  private final BufferBudget budget = new BufferBudget(total, 8_000);

  @Test
  void bytesComeOutAsTheyWentIn() {
    Random random = new Random(1);
    ByteQueue queue = new ByteQueue(budget, 4_000);
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      if (queue.append(ByteBuffer.wrap(bytes))) {
        in.writeBytes(bytes);
      } else {
        assertTrue(queue.size() + bytes.length > 4_000 || total.used() > 4_000);
      }
      ByteBuffer chunk = ByteBuffer.allocate(random.nextInt(300));
      queue.moveTo(chunk, random.nextInt(300));
      out.write(chunk.array(), 0, chunk.position());
      assertEquals(in.size() - out.size(), queue.size());
    }
    ByteBuffer rest = ByteBuffer.allocate(4_000);
    queue.moveTo(rest, 4_000);
    out.write(rest.array(), 0, rest.position());
    assertArrayEquals(in.toByteArray(), out.toByteArray());
    assertEquals(0, total.used(), "an empty queue has no memory");
  }

  @Test
  void limitsAreOfTheQueueTheConnectionAndTheTotal() {
    ByteQueue queue = new ByteQueue(budget, 4_000);
    assertTrue(queue.append(ByteBuffer.allocate(4_000)));
    assertFalse(queue.append(ByteBuffer.allocate(1)));
    assertTrue(new ByteQueue(budget, 8_000).append(ByteBuffer.allocate(4_000)));
    assertFalse(new ByteQueue(budget, 8_000).append(ByteBuffer.allocate(1)));
    assertEquals(0, reliefs);
    BufferBudget other = new BufferBudget(total, 8_000);
    assertTrue(new ByteQueue(other, 8_000).append(ByteBuffer.allocate(2_000)));
    assertFalse(new ByteQueue(other, 8_000).append(ByteBuffer.allocate(1)));
    assertEquals(1, reliefs);
    assertEquals(10_000, total.used());
    budget.close();
    assertEquals(2_000, total.used());
    assertFalse(new ByteQueue(budget, 8_000).append(ByteBuffer.allocate(1)));
    queue.clear();
    assertEquals(2_000, total.used(), "nothing is given back twice");
  }
}
