package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transfers through a node while its two sources are frozen in turn and one is killed: none is
 * broken. The full size, 72 transfers of 256 MiB of which none may take longer than 5 s, takes a
 * quiet machine:
 *
 * <pre>-Dsluice.frozen.transfers=72 -Dsluice.frozen.mib=256 -Dsluice.frozen.slowestMs=5000</pre>
 */
@Tag("kernel")
@Timeout(300)
class FrozenSourcesTest {
  private static final int TRANSFERS = Integer.getInteger("sluice.frozen.transfers", 24);
  private static final int BLOB_MIB = Integer.getInteger("sluice.frozen.mib", 16);
  private static final int AT_ONCE = Integer.getInteger("sluice.frozen.atOnce", 8);
  private static final int SLOWEST_MS = Integer.getInteger("sluice.frozen.slowestMs", 0);
  private static final int FROZEN_MS = Integer.getInteger("sluice.frozen.ms", 6000);
  private static final int BLOBS = 3;
  private static final int DESCRIPTORS = 4096;
  private static final int CHUNK_BYTES = 256 * 1024;

  /** Transfers begin one after the other over this time, so that each meets some of it. */
  private static final int SPREAD_MS = 2 * FROZEN_MS + 2000;

  @TempDir Path directory;

  @Test
  void noTransferIsBroken() throws Exception {
    ImageLayout full = new ImageLayout(directory.resolve("full"));
    ImageLayout empty = new ImageLayout(directory.resolve("empty"));
    List<Digest> blobs = new ArrayList<>();
    for (int i = 0; i < BLOBS; i++) {
      blobs.add(full.randomBlob((BLOB_MIB << 20) + i));
    }
    full.writeIndex();
    try (ChildNode one = ChildNode.start(full, DESCRIPTORS);
        ChildNode two = ChildNode.start(full, DESCRIPTORS);
        ChildNode node =
            ChildNode.start(empty, DESCRIPTORS, "--static-peers", name(one) + "," + name(two))) {
      List<Long> tookMs = pull(node, full, blobs, () -> disturb(one, two));
      assertEquals(TRANSFERS, tookMs.size());
      long slowestMs = tookMs.stream().mapToLong(Long::longValue).max().orElseThrow();
      System.out.println(
          TRANSFERS + " transfers of " + BLOB_MIB + " MiB, the slowest took " + slowestMs + " ms");
      assertTrue(SLOWEST_MS == 0 || slowestMs <= SLOWEST_MS, slowestMs + " ms");
    }
  }

  private static String name(ChildNode node) {
    return "127.0.0.1:" + node.address().getPort();
  }

  /** Freezes one, then the other, then kills the first. */
  private static void disturb(ChildNode one, ChildNode two) {
    try {
      Thread.sleep(1000);
      for (ChildNode source : List.of(one, two)) {
        signal("STOP", source);
        Thread.sleep(FROZEN_MS);
        signal("CONT", source);
      }
      Thread.sleep(500);
      signal("KILL", one);
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void signal(String name, ChildNode node) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(node.pid())).start().waitFor();
  }

  private static List<Long> pull(
      ChildNode node, ImageLayout layout, List<Digest> blobs, Runnable disturbance)
      throws Exception {
    AtomicInteger next = new AtomicInteger();
    long startNs = System.nanoTime();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> disturbed = pool.submit(disturbance);
      List<Future<List<Long>>> workers = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        workers.add(pool.submit(() -> work(node, layout, blobs, next, startNs)));
      }
      List<Long> tookMs = new ArrayList<>();
      for (Future<List<Long>> worker : workers) {
        tookMs.addAll(worker.get());
      }
      disturbed.get();
      return tookMs;
    }
  }

  private static List<Long> work(
      ChildNode node, ImageLayout layout, List<Digest> blobs, AtomicInteger next, long startNs)
      throws IOException, InterruptedException {
    List<Long> tookMs = new ArrayList<>();
    for (int i = next.getAndIncrement(); i < TRANSFERS; i = next.getAndIncrement()) {
      long waitMs = (long) i * SPREAD_MS / TRANSFERS - (System.nanoTime() - startNs) / 1_000_000;
      if (waitMs > 0) {
        Thread.sleep(waitMs);
      }
      long fromNs = System.nanoTime();
      pull(node.address(), layout, blobs.get(i % BLOBS));
      tookMs.add((System.nanoTime() - fromNs) / 1_000_000);
    }
    return tookMs;
  }

  /** Fetches a blob and compares every byte. */
  private static void pull(InetSocketAddress address, ImageLayout layout, Digest digest)
      throws IOException {
    String request = TestClient.request("GET", "/v2/a/blobs/" + digest);
    try (Arena arena = Arena.ofConfined();
        FileChannel file = FileChannel.open(layout.path(digest));
        Socket socket = new Socket(address.getAddress(), address.getPort())) {
      MemorySegment expected = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String head = head(in);
      assertTrue(head.startsWith("HTTP/1.1 200 "), head);
      byte[] chunk = new byte[CHUNK_BYTES];
      MemorySegment received = MemorySegment.ofArray(chunk);
      for (long at = 0; at < expected.byteSize(); ) {
        int count = in.read(chunk);
        if (count < 0) {
          throw new EOFException("broken at byte " + at + " of " + expected.byteSize());
        }
        long wrong = MemorySegment.mismatch(expected, at, at + count, received, 0, count);
        assertEquals(-1, wrong, "the first wrong byte after byte " + at);
        at += count;
      }
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("no head but " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }
}
