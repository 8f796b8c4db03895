package io.sluice.routing.discovery;

import io.sluice.routing.ContentRouter;
import io.sluice.routing.Lookup;
import io.sluice.routing.RouterStatus;
import io.sluice.routing.host.PeerHost;
import io.sluice.routing.host.Scheduler;
import io.sluice.routing.kademlia.ContentKey;
import io.sluice.routing.kademlia.ContentKeys;
import io.sluice.routing.kademlia.Kademlia;
import io.sluice.routing.kademlia.KademliaCounts;
import io.sluice.routing.kademlia.PeerRecord;
import io.sluice.routing.kademlia.ProviderListener;
import io.sluice.routing.kademlia.ProviderSearch;
import io.sluice.routing.multiformat.Multiaddr;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A content router on Kademlia. Equal lookups under way are one; a result is remembered for a
 * moment. Whoever calls only leaves a task for the scheduler's thread, on which results are heard.
 */
public final class KademliaRouter implements ContentRouter {
  /** How long providers that were found are told again, as in Spegel. */
  static final long FOUND_VALID_NS = 5_000_000_000L;

  /** After so long a result with fewer providers than wanted is looked up again, as in Spegel. */
  static final long TOO_FEW_VALID_NS = 2_500_000_000L;

  /** How long it is remembered that nobody has something. */
  static final long ABSENT_VALID_NS = 250_000_000L;

  /** Results remembered. */
  static final int RESULTS_MAX = 1024;

  /** Lookups under way; more end at once without a result. */
  static final int LOOKUPS_MAX = 1024;

  /** Keys handed over at once, so that a list of thousands does not hold up lookups. */
  private static final int KEYS_PER_TASK = 256;

  private static final long STATUS_WAIT_MS = 1000;

  private final PeerHost host;
  private final Scheduler scheduler;
  private final Kademlia kademlia;
  private final RegistryAddresses registries;
  private final long lookupTimeoutNs;
  private final Consumer<String> log;
  private final Runnable stop;
  private final Map<String, Running> running = new HashMap<>();
  private final Map<String, SharedLookup> results =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SharedLookup> eldest) {
          return size() > RESULTS_MAX;
        }
      };

  private volatile RouterStatus lastStatus = RouterStatus.NONE;
  private volatile boolean closed;
  private boolean tooManyTold;

  /** A lookup under way. */
  private static final class Running {
    final SharedLookup lookup = new SharedLookup();
    ProviderSearch search;
    Scheduler.Timer timer;
  }

  /**
   * A router on a node that has been started.
   *
   * @param registryPort where the registries of all nodes listen
   * @param log hears in words what an operator should know
   * @param stop closes what is below, after the router; may run on any thread
   */
  public KademliaRouter(
      PeerHost host,
      Scheduler scheduler,
      Kademlia kademlia,
      int registryPort,
      long lookupTimeoutNs,
      Consumer<String> log,
      Runnable stop) {
    this.host = host;
    this.scheduler = scheduler;
    this.kademlia = kademlia;
    this.registries = new RegistryAddresses(host, registryPort);
    this.lookupTimeoutNs = lookupTimeoutNs;
    this.log = log;
    this.stop = stop;
  }

  /** The host below, for the scheduler's thread. */
  public PeerHost host() {
    return host;
  }

  /** Gives {@code receiver} what has been done so far, on the scheduler's thread. */
  public void counts(Consumer<KademliaCounts> receiver) {
    scheduler.execute(() -> receiver.accept(kademlia.counts()));
  }

  @Override
  public RouterStatus status() {
    CompletableFuture<RouterStatus> answer = new CompletableFuture<>();
    scheduler.execute(() -> answer.complete(statusNow()));
    try {
      lastStatus = answer.get(STATUS_WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException late) {
      // Busy, or closed: what was true a moment ago is the best answer there is.
    }
    return lastStatus;
  }

  private RouterStatus statusNow() {
    KademliaCounts counts = kademlia.counts();
    return new RouterStatus(
        host.id().toString(),
        host.addresses().stream().map(Multiaddr::toString).toList(),
        counts.connectedPeers(),
        counts.tablePeers(),
        counts.advertisedKeys(),
        counts.records());
  }

  @Override
  public boolean ready() {
    return kademlia.tableSize() > 0;
  }

  @Override
  public void lookup(String key, int maxPeers, Lookup lookup) {
    if (closed || maxPeers <= 0) {
      lookup.onEnd();
      return;
    }
    scheduler.execute(() -> lookUp(key, maxPeers, lookup));
  }

  @Override
  public void lookupAnew(String key, int maxPeers, Lookup lookup) {
    scheduler.execute(() -> results.remove(key));
    lookup(key, maxPeers, lookup);
  }

  private void lookUp(String key, int maxPeers, Lookup lookup) {
    SharedLookup known = results.get(key);
    if (known != null) {
      if (isFresh(known, maxPeers)) {
        known.add(lookup, maxPeers);
        return;
      }
      results.remove(key);
    }
    Running under = running.get(key);
    if (under != null) {
      under.lookup.add(lookup, maxPeers);
      under.search.want(under.lookup.wanted());
    } else if (closed || running.size() >= LOOKUPS_MAX) {
      lookup.onGiveUp();
    } else {
      begin(key, maxPeers, lookup);
    }
  }

  private boolean isFresh(SharedLookup known, int maxPeers) {
    long ageNs = scheduler.nowNs() - known.endedNs();
    if (known.found() == 0) {
      return known.isComplete() && ageNs < ABSENT_VALID_NS;
    }
    if (known.found() >= maxPeers) {
      return ageNs < FOUND_VALID_NS;
    }
    boolean moreWereWanted = known.wanted() >= maxPeers || known.isComplete();
    return moreWereWanted && ageNs < TOO_FEW_VALID_NS;
  }

  private void begin(String key, int maxPeers, Lookup lookup) {
    Running begun = new Running();
    begun.lookup.add(lookup, maxPeers);
    running.put(key, begun);
    ProviderSearch search =
        kademlia.findProviders(
            ContentKey.of(key),
            maxPeers,
            new ProviderListener() {
              @Override
              public boolean onProvider(PeerRecord provider, int hops) {
                InetSocketAddress registry = registries.of(provider, scheduler.nowNs());
                return registry != null && begun.lookup.found(registry);
              }

              @Override
              public void onEnd(boolean complete) {
                ended(key, begun, complete);
              }
            });
    begun.search = search;
    if (!begun.lookup.hasEnded()) {
      begun.timer = scheduler.schedule(lookupTimeoutNs, search::stop);
    }
  }

  private void ended(String key, Running done, boolean complete) {
    running.remove(key);
    if (done.timer != null) {
      done.timer.cancel();
    }
    results.put(key, done.lookup);
    done.lookup.end(complete, scheduler.nowNs());
  }

  @Override
  public void advertise(Collection<String> keys) {
    forEachPart(keys, this::advertiseKeys);
  }

  private void advertiseKeys(ContentKeys keys) {
    if (!kademlia.advertise(keys) && !tooManyTold) {
      tooManyTold = true;
      log.accept("too much content to advertise all of it; some will not be found by peers");
    }
  }

  @Override
  public void withdraw(Collection<String> keys) {
    forEachPart(keys, kademlia::withdraw);
  }

  /** Hashes on the caller's thread, and leaves the rest to the scheduler's, a little at a time. */
  private void forEachPart(Collection<String> keys, Consumer<ContentKeys> task) {
    List<String> part = new ArrayList<>(Math.min(keys.size(), KEYS_PER_TASK));
    for (String key : keys) {
      part.add(key);
      if (part.size() == KEYS_PER_TASK) {
        give(ContentKeys.of(part), task);
        part.clear();
      }
    }
    if (!part.isEmpty()) {
      give(ContentKeys.of(part), task);
    }
  }

  private void give(ContentKeys part, Consumer<ContentKeys> task) {
    scheduler.execute(() -> task.accept(part));
  }

  /** Ends what is under way; lookups hear their end. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    scheduler.execute(
        () -> {
          for (Running each : List.copyOf(running.values())) {
            each.search.stop();
          }
          kademlia.close();
        });
    stop.run();
  }
}
