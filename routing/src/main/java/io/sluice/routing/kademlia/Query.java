package io.sluice.routing.kademlia;

import io.sluice.routing.host.Scheduler;
import io.sluice.routing.multiformat.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One iterative lookup: asks the peers nearest to a key, and nearer ones that they name, until the
 * nearest have answered. As in go, it has converged when the beta nearest have; then all of the k
 * nearest are asked that have not been.
 *
 * <p>Peers that are slow do not keep others from being asked. A peer that only one other has named
 * is tried with care, so that a liar cannot keep a lookup busy with peers that do not exist.
 */
final class Query {
  private final KademliaNetwork network;
  private final Position target;
  private final KademliaMessage request;
  private final Listener listener;
  private final int bucketSize;
  private final long answerWaitNs;
  private final long idleWaitNs;
  private final Extent extent;

  /** Nearest first. */
  private final List<Candidate> candidates = new ArrayList<>();

  private final Map<PeerId, Candidate> byId = new HashMap<>();
  private int askedTotal;
  private boolean converged;
  private boolean ended;
  private boolean pumping;
  private boolean pumpAgain;
  private long progressNs;
  private Scheduler.Timer timer;
  private long timerDueNs;

  /** When a lookup has seen enough. */
  enum Extent {
    /** When the beta nearest have answered. */
    CONVERGENCE,

    /** When all of the k nearest have. */
    ALL_NEAREST
  }

  /** Hears of a lookup. */
  interface Listener {
    /**
     * A peer has answered.
     *
     * @param hops 1 for a peer of our own table, one more for each answer on the way
     * @return whether the lookup has what it is for, and ends
     */
    boolean onAnswer(KademliaMessage answer, int hops);

    /**
     * The lookup has ended.
     *
     * @param nearest the peers that have answered, nearest first, at most k
     * @param complete whether it has ended by itself: all that may be nearer have been asked
     */
    void onEnd(List<PeerRecord> nearest, boolean complete);
  }

  /**
   * A lookup that is about to begin.
   *
   * @param idleWaitNs how long to wait for peers not worth waiting for; negative to wait for all
   */
  Query(
      KademliaNetwork network,
      Position target,
      KademliaMessage request,
      Extent extent,
      long idleWaitNs,
      Listener listener) {
    this.network = network;
    this.target = target;
    this.request = request;
    this.listener = listener;
    this.extent = extent;
    this.idleWaitNs = idleWaitNs;
    this.bucketSize = KademliaLimits.BUCKET_SIZE;
    this.answerWaitNs = network.settings().answerWait().toNanos();
  }

  /** Begins; the listener may hear its end before this returns. */
  void start() {
    progressNs = nowNs();
    for (Contact contact : network.table().nearest(target, bucketSize, null)) {
      add(new Candidate(contact.id(), contact.position(), contact.addresses(), 1, null));
    }
    pump();
  }

  /** Ends it; the listener hears so. */
  void stop() {
    end(false);
  }

  private long nowNs() {
    return network.scheduler().nowNs();
  }

  private void pump() {
    if (pumping) {
      pumpAgain = true;
      return;
    }
    pumping = true;
    do {
      pumpAgain = false;
      step();
    } while (pumpAgain && !ended);
    pumping = false;
  }

  private void step() {
    if (ended) {
      return;
    }
    converged = converged || hasConverged();
    if (converged && extent == Extent.CONVERGENCE) {
      end(true);
      return;
    }
    for (Candidate candidate : toAsk()) {
      ask(candidate);
    }
    if (ended || pumpAgain) {
      return;
    }
    boolean awaited = false;
    boolean asked = false;
    for (Candidate candidate : nearest()) {
      awaited |= candidate.isAwaited();
      asked |= candidate.state == Candidate.State.ASKED;
    }
    if (!asked) {
      end(true);
    } else if (idleWaitNs >= 0 && !awaited && nowNs() - progressNs >= idleWaitNs) {
      end(false);
    } else {
      wake();
    }
  }

  /** The k nearest that have not failed, as far as they are to be believed. */
  private List<Candidate> nearest() {
    List<Candidate> nearest = new ArrayList<>(bucketSize);
    for (int i = 0; i < candidates.size() && nearest.size() < bucketSize; i++) {
      Candidate candidate = candidates.get(i);
      boolean unbelievable = candidate.state == Candidate.State.HEARD && candidate.isDoubtful();
      if (candidate.state != Candidate.State.FAILED && !unbelievable) {
        nearest.add(candidate);
      }
    }
    return nearest;
  }

  /** The beta nearest have answered. */
  private boolean hasConverged() {
    int left = KademliaLimits.RESILIENCY;
    for (Candidate candidate : nearest()) {
      if (left-- > 0 && candidate.state != Candidate.State.ANSWERED) {
        return false;
      }
    }
    return true;
  }

  /** Those of the nearest that are to be asked now. */
  private List<Candidate> toAsk() {
    int room = converged ? bucketSize : KademliaLimits.CONCURRENCY;
    for (Candidate candidate : candidates) {
      room -= candidate.state == Candidate.State.ASKED && !candidate.slow ? 1 : 0;
    }
    room = Math.min(room, KademliaLimits.ASKED_PER_LOOKUP - askedTotal);
    List<Candidate> next = new ArrayList<>();
    for (Candidate candidate : nearest()) {
      if (candidate.state == Candidate.State.HEARD
          && !candidate.isDoubtful()
          && next.size() < room) {
        next.add(candidate);
        if (candidate.referrer != null) {
          candidate.referrer.referredAsked++;
        }
      }
    }
    return next;
  }

  private void ask(Candidate candidate) {
    candidate.state = Candidate.State.ASKED;
    candidate.askedNs = nowNs();
    candidate.unawaited = network.calls().isSuspect(candidate.id);
    askedTotal++;
    network
        .calls()
        .ask(
            candidate.id,
            network.addressesOf(candidate.id, candidate.addresses),
            request,
            new PeerCalls.Answer() {
              @Override
              public void onAnswer(KademliaMessage answer) {
                answered(candidate, answer);
              }

              @Override
              public void onFailed(String reason) {
                failed(candidate);
              }
            });
  }

  private void answered(Candidate candidate, KademliaMessage answer) {
    network.answered(candidate.id, candidate.position, candidate.addresses);
    settled(candidate, Candidate.State.ANSWERED);
    if (ended) {
      return;
    }
    progressNs = nowNs();
    learn(candidate, answer.closerPeers());
    if (listener.onAnswer(answer, candidate.hops)) {
      end(false);
    } else {
      pump();
    }
  }

  private void failed(Candidate candidate) {
    network.failed(candidate.id);
    settled(candidate, Candidate.State.FAILED);
    progressNs = nowNs();
    if (candidate.referrer != null) {
      candidate.referrer.referredFailed++;
    }
    pump();
  }

  private static void settled(Candidate candidate, Candidate.State state) {
    candidate.state = state;
    if (candidate.referrer != null) {
      candidate.referrer.referredAsked--;
    }
  }

  private void learn(Candidate from, List<PeerRecord> named) {
    AddressGroups groups = new AddressGroups(KademliaLimits.CONTACTS_PER_ADDRESS);
    for (PeerRecord peer : named) {
      Candidate known = byId.get(peer.id());
      if (known != null) {
        corroborate(known, from);
      } else if (!peer.id().equals(network.self())
          && !peer.addresses().isEmpty()
          && groups.tryAdd(peer.addresses().getFirst().ip())) {
        Position position = Position.of(peer.id());
        network.heardOf(peer, position);
        add(new Candidate(peer.id(), position, peer.addresses(), from.hops + 1, from));
      }
    }
  }

  /** Somebody else has named it as well. */
  private static void corroborate(Candidate known, Candidate by) {
    if (known.referrer != null && known.referrer != by) {
      if (known.state == Candidate.State.ASKED) {
        known.referrer.referredAsked--;
      }
      known.referrer = null;
    }
  }

  private void add(Candidate candidate) {
    int at = 0;
    int end = candidates.size();
    while (at < end) {
      int middle = (at + end) >>> 1;
      if (target.compareDistance(candidates.get(middle).position, candidate.position) < 0) {
        at = middle + 1;
      } else {
        end = middle;
      }
    }
    if (candidates.size() >= KademliaLimits.CANDIDATES_PER_LOOKUP) {
      Candidate farthest = candidates.getLast();
      if (at == candidates.size() || farthest.state == Candidate.State.ASKED) {
        return;
      }
      candidates.removeLast();
      byId.remove(farthest.id);
    }
    candidates.add(at, candidate);
    byId.put(candidate.id, candidate);
  }

  /**
   * How long nothing has been heard of a peer that is being asked. One that answers others of our
   * questions meanwhile is slow, but not gone.
   */
  private long silentNs(Candidate candidate, long now) {
    return now - network.calls().heardAfter(candidate.id, candidate.askedNs);
  }

  /** Sees to it that the next moment at which a peer counts as slow or lost is not missed. */
  private void wake() {
    long now = nowNs();
    long delayNs = Long.MAX_VALUE;
    boolean awaited = false;
    for (Candidate candidate : candidates) {
      if (candidate.state != Candidate.State.ASKED) {
        continue;
      }
      long ageNs = now - candidate.askedNs;
      if (!candidate.slow) {
        delayNs = Math.min(delayNs, KademliaLimits.SLOW_NS - ageNs);
      }
      if (candidate.isAwaited()) {
        awaited = true;
        delayNs = Math.min(delayNs, answerWaitNs - silentNs(candidate, now));
      }
    }
    if (!awaited && idleWaitNs >= 0) {
      delayNs = Math.min(delayNs, progressNs + idleWaitNs - now);
    }
    if (delayNs == Long.MAX_VALUE || timer != null && timerDueNs - now <= delayNs) {
      return;
    }
    if (timer != null) {
      timer.cancel();
    }
    timerDueNs = now + Math.max(delayNs, 0);
    timer = network.scheduler().schedule(Math.max(delayNs, 0), this::ripened);
  }

  /**
   * Something may have become slow. When the timer itself is late this thread had no CPU, and
   * answers may be waiting to be read: they are let in first.
   */
  private void ripened() {
    timer = null;
    network.scheduler().execute(this::markSlow);
  }

  private void markSlow() {
    if (ended) {
      return;
    }
    long now = nowNs();
    for (Candidate candidate : candidates) {
      if (candidate.state != Candidate.State.ASKED) {
        continue;
      }
      long ageNs = now - candidate.askedNs;
      candidate.slow |= ageNs >= KademliaLimits.SLOW_NS;
      if (!candidate.unawaited && silentNs(candidate, now) >= answerWaitNs) {
        candidate.unawaited = true;
        network.calls().suspect(candidate.id);
      }
    }
    pump();
  }

  private void end(boolean complete) {
    if (ended) {
      return;
    }
    ended = true;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    List<PeerRecord> nearest = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.state == Candidate.State.ANSWERED && nearest.size() < bucketSize) {
        nearest.add(candidate.asRecord());
      }
    }
    listener.onEnd(nearest, complete);
  }
}
