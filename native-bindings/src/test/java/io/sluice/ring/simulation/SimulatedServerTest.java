package io.sluice.ring.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A small server under the simulator: what it must survive, and that a seed repeats it. */
class SimulatedServerTest {
  private static final int SEEDS = 200;
  private static final int CLIENTS = 12;

  @Test
  void everyClientGetsItsFileOnAFriendlyKernel() {
    for (Download download : run(1, FaultPlan.none(), false).downloads) {
      assertEquals(download.content.size(), download.received, "bytes received");
    }
  }

  @Test
  void everyClientGetsItsFileOrAClosedConnectionUnderEverySeed() {
    int complete = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      for (Download download : run(seed, FaultPlan.random(seed), true).downloads) {
        assertTrue(download.connection.isOver(), "seed " + seed + ": a client still waits");
        complete += download.received == download.content.size() ? 1 : 0;
      }
    }
    assertTrue(complete > SEEDS * CLIENTS / 4, "only " + complete + " downloads were complete");
  }

  @Test
  void echoComesBackUnderEverySeed() {
    for (int seed = 0; seed < SEEDS; seed++) {
      FaultPlan faults =
          FaultPlan.random(seed).with(Fault.CONNECTION_RESET, 0).with(Fault.BROKEN_PIPE, 0);
      faults = faults.with(Fault.TOO_MANY_FILES, 0);
      try (Arena arena = Arena.ofConfined()) {
        SimulatedKernel kernel = new SimulatedKernel(seed, faults);
        int listenFd = kernel.listen();
        kernel.setSendBuffer(listenFd, 4096);
        SimulatedRing ring = kernel.openRing();
        BlockServer server = new BlockServer(ring, listenFd, kernel.openDirectory(), arena);
        SimulatedContent content = SimulatedContent.generated(seed, 100_000);
        Download echo = new Download(content);
        SimulatedClient client = kernel.newClient(listenFd, echo).connect();
        client.send("\n");
        kernel.after(
            TimeUnit.MINUTES.toNanos(1),
            () -> client.sendFragments(content.bytes(0, 100_000), 5000, 1_000_000));
        stop(kernel, ring, server, List.of(client));
        assertEquals(100_000, echo.received, "bytes echoed under seed " + seed);
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    for (int seed = 0; seed < 20; seed++) {
      Run first = run(seed, FaultPlan.random(seed), true);
      Run second = run(seed, FaultPlan.random(seed), true);
      assertEquals(first.traceHash, second.traceHash, "trace of seed " + seed);
      assertEquals(first.endNs, second.endNs, "end of seed " + seed);
      assertEquals(first.trace, second.trace, "last operations of seed " + seed);
    }
    assertNotEquals(
        run(1, FaultPlan.random(1), true).traceHash, run(2, FaultPlan.random(2), true).traceHash);
  }

  private static Run run(long seed, FaultPlan faults, boolean rude) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Arena arena = Arena.ofConfined()) {
      SimulatedKernel kernel = new SimulatedKernel(seed, faults);
      kernel.setTimeLimitNs(TimeUnit.DAYS.toNanos(1));
      int listenFd = kernel.listen(rude ? 3 : 100);
      kernel.setSendBuffer(listenFd, 2000 + random.nextInt(100_000));
      int directoryFd = kernel.openDirectory();
      SimulatedRing ring = kernel.openRing();
      BlockServer server = new BlockServer(ring, listenFd, directoryFd, arena);
      List<Download> downloads = new ArrayList<>();
      List<SimulatedClient> clients = new ArrayList<>();
      for (int index = 0; index < CLIENTS; index++) {
        SimulatedContent content =
            SimulatedContent.generated(seed + index, random.nextLong(1, 150_000));
        kernel.addFile(directoryFd, "sha256/" + index, new SimulatedFile(content));
        Download download = new Download(content);
        downloads.add(download);
        clients.add(newClient(kernel, listenFd, download, index, rude ? random : null));
      }
      stop(kernel, ring, server, clients);
      return new Run(downloads, kernel.traceHash(), kernel.nowNs(), kernel.recentTrace());
    }
  }

  private static SimulatedClient newClient(
      SimulatedKernel kernel, int listenFd, Download download, int index, SplittableRandom rude) {
    SimulatedClient client = kernel.newClient(listenFd, download);
    download.connection = client;
    byte[] request = ("sha256/" + index + "\n").getBytes(StandardCharsets.US_ASCII);
    if (rude == null) {
      client.send(request);
      return client.connect();
    }
    client.sendFragments(request, 1 + rude.nextInt(5), 1_000_000);
    switch (rude.nextInt(5)) {
      case 0 -> client.resetAfterReceiving(rude.nextLong(download.content.size()));
      case 1 -> client.setReadRate(1 + rude.nextLong(1_000_000));
      case 2 -> client.at(rude.nextLong(2_000_000), SimulatedClient::reset);
      case 3 -> {
        client.setReadRate(0);
        client.at(rude.nextLong(5_000_000_000L), c -> c.setReadRate(RemoteEnd.UNLIMITED));
      }
      default -> {}
    }
    return client.at(rude.nextLong(1_000_000), SimulatedClient::connect);
  }

  private static void stop(
      SimulatedKernel kernel, SimulatedRing ring, BlockServer server, List<SimulatedClient> all) {
    kernel.interruptWhen(() -> all.stream().allMatch(RemoteEnd::isOver));
    while (!server.isIdle() || !all.stream().allMatch(RemoteEnd::isOver)) {
      server.turn();
    }
    server.stop();
    while (!server.isStopped() || ring.inFlight() > 0) {
      server.turn();
    }
    ring.close();
    kernel.assertQuiescent();
  }

  private record Run(List<Download> downloads, long traceHash, long endNs, String trace) {}

  /** Compares on the fly and closes when everything has arrived. */
  private static final class Download implements ClientReader {
    final SimulatedContent content;
    RemoteEnd connection;
    long received;

    Download(SimulatedContent content) {
      this.content = content;
    }

    @Override
    public void onBytes(RemoteEnd from, byte[] bytes, int length) {
      assertEquals(-1, content.mismatch(received, bytes, 0, length), "first wrong byte");
      received += length;
      if (received == content.size()) {
        from.close();
      }
    }
  }
}
