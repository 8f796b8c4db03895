package io.sluice.routing.libp2p;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who may connect. Each IP address has a few connections and a few handshakes at once, of which it
 * gets back one after each interval; so a flood from one address costs that address.
 */
final class Admission {
  private static final int IP6_BYTES = 16;

  private final int connectionsPerAddress;
  private final int burst;

  /** The longest silent first. */
  private final Map<InetAddress, Account> accounts = new LinkedHashMap<>(16, 0.75f, true);

  /** What is known of one address. */
  private static final class Account {
    private int connections;
    private int handshakes;
    private long refilledNs;
  }

  Admission(int connectionsPerAddress, int burst) {
    this.connectionsPerAddress = connectionsPerAddress;
    this.burst = burst;
  }

  /**
   * Counts a connection that arrives.
   *
   * @return why it is refused; null when it is not
   */
  String admit(InetAddress address, long nowNs) {
    Account account = account(network(address), nowNs);
    long refill = (nowNs - account.refilledNs) / HostLimits.HANDSHAKE_INTERVAL_NS;
    account.handshakes = (int) Math.max(0, account.handshakes - refill);
    account.refilledNs += refill * HostLimits.HANDSHAKE_INTERVAL_NS;
    if (account.connections >= connectionsPerAddress) {
      return "there are " + connectionsPerAddress + " connections from this address already";
    }
    if (account.handshakes >= burst) {
      return "this address connects too often";
    }
    account.connections++;
    account.handshakes++;
    return null;
  }

  /** A connection that was admitted has ended. */
  void release(InetAddress address) {
    Account account = accounts.get(network(address));
    if (account != null) {
      account.connections--;
    }
  }

  private Account account(InetAddress network, long nowNs) {
    Account account = accounts.get(network);
    if (account == null) {
      account = new Account();
      account.refilledNs = nowNs;
      accounts.put(network, account);
      if (accounts.size() > HostLimits.HANDSHAKE_ADDRESSES) {
        forgetOne();
      }
    }
    return account;
  }

  /** Who is connected must not be forgotten; there are fewer of those than there is room. */
  private void forgetOne() {
    Iterator<Account> oldestFirst = accounts.values().iterator();
    while (oldestFirst.hasNext()) {
      if (oldestFirst.next().connections == 0) {
        oldestFirst.remove();
        return;
      }
    }
  }

  /** Who has one IPv6 address has 2^64 of them. */
  private static InetAddress network(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == IP6_BYTES) {
      Arrays.fill(bytes, IP6_BYTES / 2, IP6_BYTES, (byte) 0);
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }

  int addresses() {
    return accounts.size();
  }
}
