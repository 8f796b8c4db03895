package io.sluice.routing.discovery;

import io.sluice.routing.BootstrapSettings;
import io.sluice.routing.ContentRouterProvider;
import io.sluice.routing.RouterSettings;
import io.sluice.routing.bootstrap.BootstrapSource;
import io.sluice.routing.bootstrap.Bootstrapper;
import io.sluice.routing.bootstrap.DnsBootstrap;
import io.sluice.routing.bootstrap.HttpBootstrap;
import io.sluice.routing.bootstrap.IdServer;
import io.sluice.routing.bootstrap.StaticBootstrap;
import io.sluice.routing.host.PeerHost;
import io.sluice.routing.host.PeerHostFactory;
import io.sluice.routing.host.PeerNode;
import io.sluice.routing.host.Scheduler;
import io.sluice.routing.kademlia.Kademlia;
import io.sluice.routing.kademlia.KademliaSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Puts a router together: a host, Kademlia on it, and the first peers. */
public final class KademliaRouterProvider implements ContentRouterProvider {
  @Override
  public String name() {
    return "kademlia";
  }

  @Override
  public KademliaRouter open(RouterSettings settings) throws IOException {
    BootstrapSource source = source(settings.bootstrap());
    PeerNode node = PeerHostFactory.named(settings.hostName()).create(settings.host());
    try {
      return open(settings, source, node);
    } catch (IOException failed) {
      node.close();
      throw failed;
    }
  }

  /** On a host that has not been started. */
  static KademliaRouter open(RouterSettings settings, BootstrapSource source, PeerNode node)
      throws IOException {
    return onScheduler(node.scheduler(), () -> begin(settings, source, node));
  }

  private static KademliaRouter begin(
      RouterSettings settings, BootstrapSource source, PeerNode node) throws IOException {
    PeerHost host = node.host();
    Scheduler scheduler = node.scheduler();
    KademliaSettings kademliaSettings =
        KademliaSettings.of(
            settings.protocolPrefix(), settings.zone(), settings.answerWait(), settings.idleWait());
    Kademlia kademlia =
        new Kademlia(host, scheduler, kademliaSettings, new SecureRandom().nextLong());
    host.start();
    IdServer idServer = idServer(settings.bootstrap(), host, scheduler);
    kademlia.start();
    Bootstrapper bootstrapper = bootstrapper(settings, source, node, kademlia);
    HeapWatch heap = new HeapWatch(scheduler, HeapWatch.Heap.OF_PROCESS);
    return new KademliaRouter(
        host,
        scheduler,
        kademlia,
        settings.registryPort(),
        settings.lookupTimeout().toNanos(),
        settings.log(),
        () -> stop(node, bootstrapper, idServer, heap));
  }

  private static Bootstrapper bootstrapper(
      RouterSettings settings, BootstrapSource source, PeerNode node, Kademlia kademlia) {
    if (source == null) {
      return null;
    }
    Bootstrapper bootstrapper =
        new Bootstrapper(
            node.scheduler(),
            node.host(),
            source,
            settings.listenPort(),
            () -> kademlia.tableSize() > 0,
            reason -> settings.log().accept("no peers yet: " + reason));
    bootstrapper.start();
    return bootstrapper;
  }

  private static BootstrapSource source(BootstrapSettings settings) throws IOException {
    return switch (settings.kind()) {
      case NONE -> null;
      case STATIC -> StaticBootstrap.of(settings.peers());
      case DNS -> new DnsBootstrap(settings.domain());
      case HTTP -> settings.url() == null ? null : new HttpBootstrap(settings.url());
    };
  }

  private static IdServer idServer(BootstrapSettings settings, PeerHost host, Scheduler scheduler)
      throws IOException {
    if (settings.serveAt() == null) {
      return null;
    }
    return new IdServer(
        settings.serveAt(),
        host.id(),
        () -> {
          try {
            return onScheduler(scheduler, host::addresses);
          } catch (IOException failed) {
            return List.of();
          }
        });
  }

  private static void stop(
      PeerNode node, Bootstrapper bootstrapper, IdServer idServer, HeapWatch heap) {
    node.scheduler().execute(heap::close);
    if (bootstrapper != null) {
      node.scheduler().execute(bootstrapper::close);
    }
    if (idServer != null) {
      idServer.close();
    }
    node.close();
  }

  /** Runs something on the scheduler's thread and waits for it. */
  private static <T> T onScheduler(Scheduler scheduler, Callable<T> work) throws IOException {
    FutureTask<T> task = new FutureTask<>(work);
    scheduler.execute(task);
    try {
      return task.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the router starts", interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }
}
