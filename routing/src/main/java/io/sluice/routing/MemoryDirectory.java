package io.sluice.routing;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Provider records that nodes of one process share, in place of a network: {@link #join} gives each
 * node its router.
 */
public final class MemoryDirectory {
  private final Map<String, Set<InetSocketAddress>> providers = new ConcurrentHashMap<>();

  /** The router of the node whose registry listens at {@code registryAddress}. */
  public ContentRouter join(InetSocketAddress registryAddress) {
    return new Member(registryAddress);
  }

  private List<InetSocketAddress> providersOf(String key) {
    Set<InetSocketAddress> known = providers.get(key);
    if (known == null) {
      return List.of();
    }
    synchronized (known) {
      return List.copyOf(known);
    }
  }

  private void add(String key, InetSocketAddress address) {
    Set<InetSocketAddress> known = providers.computeIfAbsent(key, k -> new LinkedHashSet<>());
    synchronized (known) {
      known.add(address);
    }
  }

  private void remove(String key, InetSocketAddress address) {
    Set<InetSocketAddress> known = providers.get(key);
    if (known != null) {
      synchronized (known) {
        known.remove(address);
      }
    }
  }

  private final class Member implements ContentRouter {
    private final InetSocketAddress self;
    private final Set<String> advertised = ConcurrentHashMap.newKeySet();

    Member(InetSocketAddress self) {
      this.self = self;
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void lookup(String key, int maxPeers, Lookup lookup) {
      int reported = 0;
      for (InetSocketAddress provider : providersOf(key)) {
        if (reported < maxPeers && !provider.equals(self)) {
          lookup.onPeer(provider);
          reported++;
        }
      }
      lookup.onEnd();
    }

    @Override
    public void advertise(Collection<String> keys) {
      for (String key : keys) {
        advertised.add(key);
        add(key, self);
      }
    }

    @Override
    public void withdraw(Collection<String> keys) {
      for (String key : keys) {
        advertised.remove(key);
        remove(key, self);
      }
    }

    @Override
    public void close() {
      withdraw(List.copyOf(advertised));
    }
  }
}
