package io.sluice.routing.host.memory;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.host.StreamAcceptor;
import io.sluice.routing.host.StreamListener;
import io.sluice.routing.multiformat.PeerId;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A connection of two hosts, and its streams. */
final class MemoryConnection {
  /** A stream with more than this on its way has a peer that does not read. */
  private static final int QUEUED_BYTES_MAX = 1 << 20;

  private final MemoryHost dialer;
  private final MemoryHost listener;
  private final long latencyNs;
  private final Set<End> ends = new LinkedHashSet<>();
  private boolean ended;

  MemoryConnection(MemoryHost dialer, MemoryHost listener, long latencyNs) {
    this.dialer = dialer;
    this.listener = listener;
    this.latencyNs = latencyNs;
  }

  MemoryHost other(MemoryHost host) {
    return host == dialer ? listener : dialer;
  }

  /** Both tell each other what they are. */
  void identify() {
    identify(dialer);
    identify(listener);
  }

  private void identify(MemoryHost who) {
    List<String> protocols = who.protocols();
    MemoryHost hears = other(who);
    later(
        2,
        hears,
        () -> {
          if (!ended && hears.peers() != null) {
            hears.peers().onIdentified(who.id(), protocols, who.addresses());
          }
        });
  }

  /** Ends the connection for both, if it has not ended. */
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    for (End end : List.copyOf(ends)) {
      end.host.deliver(() -> end.fail("the connection has ended"));
    }
    dialer.forget(this);
    listener.forget(this);
  }

  void open(MemoryHost from, String protocol, StreamListener opener) {
    End near = new End(from, other(from).id());
    End far = new End(other(from), from.id());
    near.far = far;
    far.far = near;
    near.listener = opener;
    ends.add(near);
    later(
        1,
        far.host,
        () -> {
          StreamAcceptor acceptor = far.host.acceptor(protocol);
          StreamListener accepted = ended || acceptor == null ? null : acceptor.accept(from.id());
          if (accepted == null) {
            later(1, from, () -> near.fail("the protocol was refused"));
            return;
          }
          far.listener = accepted;
          ends.add(far);
          accepted.onOpen(far);
          later(1, from, near::opened);
        });
  }

  private void later(int latencies, MemoryHost there, Runnable arrival) {
    there.network().scheduler.schedule(latencies * latencyNs, () -> there.deliver(arrival));
  }

  /** One end of a stream. */
  private final class End implements PeerStream {
    private final MemoryHost host;
    private final PeerId peer;
    private StreamListener listener;
    private End far;
    private int onTheWay;
    private boolean stalled;
    private boolean writeClosed;
    private boolean readEnded;
    private boolean gone;

    End(MemoryHost host, PeerId peer) {
      this.host = host;
      this.peer = peer;
    }

    void opened() {
      if (!gone) {
        listener.onOpen(this);
      }
    }

    @Override
    public PeerId peer() {
      return peer;
    }

    @Override
    public boolean send(ByteBuffer bytes) {
      if (gone || writeClosed) {
        return false;
      }
      int size = bytes.remaining();
      if (onTheWay + size > QUEUED_BYTES_MAX) {
        reset();
        return false;
      }
      byte[] copy = new byte[size];
      bytes.get(copy);
      stalled |= host.network().loses(size) || host.hasVanished();
      if (stalled) {
        return true;
      }
      onTheWay += size;
      later(
          1,
          far.host,
          () -> {
            onTheWay -= size;
            far.arrived(copy);
          });
      return true;
    }

    private void arrived(byte[] bytes) {
      if (!gone && !readEnded) {
        listener.onData(ByteBuffer.wrap(bytes));
      }
    }

    @Override
    public void closeWrite() {
      if (gone || writeClosed) {
        return;
      }
      writeClosed = true;
      if (!stalled) {
        later(1, far.host, far::ended);
      }
      forgetWhenClosed();
    }

    private void ended() {
      if (!gone && !readEnded) {
        readEnded = true;
        listener.onEnd();
        forgetWhenClosed();
      }
    }

    private void forgetWhenClosed() {
      if (writeClosed && readEnded) {
        gone = true;
        ends.remove(this);
      }
    }

    @Override
    public void reset() {
      if (!gone) {
        gone = true;
        ends.remove(this);
        later(1, far.host, () -> far.fail("the peer has reset the stream"));
      }
    }

    void fail(String reason) {
      if (!gone) {
        gone = true;
        ends.remove(this);
        if (listener != null) {
          listener.onFailed(reason);
        }
      }
    }
  }
}
