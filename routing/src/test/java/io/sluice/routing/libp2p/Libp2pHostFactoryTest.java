package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.host.HostEvents;
import io.sluice.routing.host.HostSettings;
import io.sluice.routing.host.PeerHostFactory;
import io.sluice.routing.host.PeerNode;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Libp2pHostFactoryTest {
  @TempDir private Path directory;

  @Test
  void itIsFoundByItsName() throws IOException {
    assertEquals(Libp2pHostFactory.class, PeerHostFactory.named("libp2p").getClass());
    IOException e = assertThrows(IOException.class, () -> PeerHostFactory.named("other"));
    assertTrue(e.getMessage().endsWith("choose one of: libp2p"), e.getMessage());
  }

  @Test
  void aNodeKeepsItsNameAndListensAsItIsTold() throws Exception {
    PeerId first = idOf(settings(null));
    assertEquals(first, idOf(settings(null)));
  }

  @Test
  void whatDoesNotWorkIsSaidWithARemedy() throws IOException {
    Path key = Files.writeString(directory.resolve("swarm.key"), "nonsense");
    IOException e =
        assertThrows(IOException.class, () -> new Libp2pHostFactory().create(settings(key)));
    assertTrue(e.getMessage().contains("no swarm key"), e.getMessage());
  }

  private HostSettings settings(Path key) {
    List<InetSocketAddress> anywhere = List.of(new InetSocketAddress(0));
    return new HostSettings(directory, anywhere, key, "test/1", 100, HostEvents.NONE);
  }

  private static PeerId idOf(HostSettings settings) throws Exception {
    try (PeerNode node = PeerHostFactory.named("libp2p").create(settings)) {
      CompletableFuture<List<Multiaddr>> addresses = new CompletableFuture<>();
      node.scheduler()
          .execute(
              () -> {
                try {
                  node.host().start();
                  addresses.complete(node.host().addresses());
                } catch (IOException e) {
                  addresses.completeExceptionally(e);
                }
              });
      List<Multiaddr> told = TestNode.await(addresses);
      assertTrue(told.stream().allMatch(address -> address.tcpPort() > 0), told::toString);
      assertTrue(told.stream().noneMatch(address -> address.ip().isAnyLocalAddress()));
      return node.host().id();
    }
  }
}
