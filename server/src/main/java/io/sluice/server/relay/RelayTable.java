package io.sluice.server.relay;

import io.sluice.server.transfer.BodySlots;

/** The places of one loop's relays. */
final class RelayTable {
  private final BodySlots slots;
  private final Relay[] relays;
  private final int[] freeRelays;
  private int freeCount;

  /** Creates a table of free places. */
  RelayTable(BodySlots slots) {
    this.slots = slots;
    int capacity = slots.relaysMax();
    this.relays = new Relay[capacity];
    this.freeRelays = new int[capacity];
    for (int i = capacity - 1; i >= 0; i--) {
      relays[i] = new Relay(i);
      freeRelays[freeCount++] = i;
    }
  }

  boolean hasRoom() {
    return slots.hasRelayRoom();
  }

  /** Bodies that share the send budget: transfers, too. */
  int sharers() {
    return slots.sharers();
  }

  /** Relays under way. */
  int activeCount() {
    return relays.length - freeCount;
  }

  Relay get(int index) {
    return relays[index];
  }

  /** All relays, those included that are free. */
  Relay[] all() {
    return relays;
  }

  /** Takes a free place for a client; there must be one. */
  Relay claim(int requester, int clientFd, long nowNs) {
    slots.takeRelay();
    Relay relay = relays[freeRelays[--freeCount]];
    relay.state = Relay.SEEKING;
    relay.requester = requester;
    relay.clientFd = clientFd;
    relay.startedNs = nowNs;
    relay.position = 0;
    relay.yielding = false;
    relay.holdSinceNs = 0;
    return relay;
  }

  /** The relay of a fetch that has one. */
  Relay of(Fetch fetch) {
    for (Relay relay : relays) {
      if (relay.fetch == fetch) {
        return relay;
      }
    }
    throw new IllegalStateException("a fetch without a relay");
  }

  /** From now on the router is asked in the name of this one alone, of all relays of its fetch. */
  void giveLookup(Relay relay) {
    for (Relay other : relays) {
      other.ownsLookup &= other.fetch != relay.fetch;
    }
    relay.ownsLookup = true;
  }

  /** Frees the place of a relay that has ended. */
  void free(Relay relay) {
    relay.state = Relay.FREE;
    relay.generation++;
    slots.giveRelay();
    freeRelays[freeCount++] = relay.index;
  }
}
