package io.sluice.server.control;

import io.sluice.routing.ContentRouter;
import io.sluice.routing.Lookup;
import io.sluice.server.config.ImageFilter;
import io.sluice.server.log.Log;
import io.sluice.server.store.BlobStore;
import io.sluice.server.store.Descriptor;
import io.sluice.server.store.Digest;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Answers what loops ask: media types, composed listings, peers; and tells the router what the
 * store has. One thread, which sleeps when there is nothing to do. What it is asked is bounded by
 * the loops' connections, and what it reads by the store's limits, so one question never holds up
 * the others for long.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Log LOG = Log.of("control");
  private static final int REQUESTS_PER_TURN = 64;
  private static final long PARK_NS = 1_000_000_000L;
  private static final long REPLY_RETRY_NS = 100_000L;
  private static final int REPLY_RETRIES = 20_000;

  /** How long the end waits for the answer under way. */
  private static final long CLOSE_MS = 5000;

  private final List<ControlChannel> channels;
  private final BlobStore store;
  private final ContentRouter router;
  private final MediaTypes mediaTypes;
  private final Listings listings;
  private final UnreadableBlobs unreadableBlobs = new UnreadableBlobs(System::nanoTime);
  private final Thread thread;
  private final ImageFilter filter;
  private final List<ControlRequest> received = new ArrayList<>();
  private Advertiser advertiser;
  private BasicAuthFile basicAuth;
  private volatile boolean storeChanged;
  private volatile boolean closed;

  /** Creates a control plane for the given loops; {@link #start} begins to answer. */
  public ControlPlane(
      List<ControlChannel> channels, BlobStore store, ContentRouter router, MediaTypes mediaTypes) {
    this(channels, store, router, mediaTypes, ImageFilter.NONE);
  }

  /** The same, where peers are only asked for what {@code filter} lets through. */
  public ControlPlane(
      List<ControlChannel> channels,
      BlobStore store,
      ContentRouter router,
      MediaTypes mediaTypes,
      ImageFilter filter) {
    this.filter = filter;
    this.channels = List.copyOf(channels);
    this.store = store;
    this.router = router;
    this.mediaTypes = mediaTypes;
    this.listings = new Listings(store);
    this.thread = Thread.ofPlatform().name("control").daemon().unstarted(this::run);
  }

  /** Tells the router what the store has, from the start on; before {@link #start}. */
  public void advertise() {
    advertiser = new Advertiser(store, router);
    store.onChange(
        () -> {
          storeChanged = true;
          LockSupport.unpark(thread);
        });
  }

  /** Follows changes of a file with credentials; before {@link #start}. */
  public void follow(BasicAuthFile file) {
    basicAuth = file;
  }

  /** Begins to answer. */
  public void start() {
    thread.start();
  }

  /**
   * Ends the answering. When this returns the channels' memory is not touched any more, even if a
   * question takes longer than this waits, or a router answers late.
   */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      channels.forEach(ControlChannel::close);
    }
  }

  private void run() {
    while (!closed) {
      boolean more = goOnAdvertising();
      if (basicAuth != null) {
        basicAuth.look(System.nanoTime());
      }
      if (serve() == 0 && !more) {
        park();
      }
    }
  }

  private boolean goOnAdvertising() {
    if (advertiser == null) {
      return false;
    }
    try {
      if (storeChanged) {
        storeChanged = false;
        advertiser.look();
      }
      return advertiser.turn(System.nanoTime());
    } catch (RuntimeException failed) {
      LOG.error("peers could not be told what is here", failed);
      return false;
    }
  }

  private void park() {
    channels.forEach(channel -> channel.parked(thread));
    // A request that came before the loops could see the flag is found here.
    if (serve() == 0 && !closed && !storeChanged) {
      LockSupport.parkNanos(PARK_NS);
    }
    channels.forEach(ControlChannel::unparked);
  }

  /** Answers what waits for an answer; returns how much that was. */
  int serve() {
    int served = 0;
    for (ControlChannel channel : channels) {
      served += channel.receive(received, REQUESTS_PER_TURN);
      received.forEach(request -> answer(channel, request));
      received.clear();
    }
    return served;
  }

  private void answer(ControlChannel channel, ControlRequest request) {
    try {
      switch (request.type()) {
        case ControlMessages.DESCRIBE -> describe(channel, request);
        case ControlMessages.FIND_PEERS -> findPeers(channel, request);
        case ControlMessages.BLOB_UNREADABLE ->
            unreadableBlobs.report(
                request.text(ControlMessages.TEXT_REFERENCE).replace('/', ':'), request.number());
        default -> {
          ComposedResponse response = listings.compose(request);
          byte[] bytes = response.bytes();
          reply(channel, request, ControlMessages.RESPONSE, response.status(), bytes);
        }
      }
    } catch (RuntimeException failed) {
      LOG.error("a request of a loop could not be answered", failed, "type", request.type());
    }
  }

  private void describe(ControlChannel channel, ControlRequest request) {
    Optional<Descriptor> found =
        Digest.tryParse(request.text(ControlMessages.TEXT_REFERENCE)).flatMap(store::describe);
    int number = found.map(descriptor -> mediaTypes.number(descriptor.mediaType())).orElse(-1);
    reply(channel, request, ControlMessages.DESCRIBED, number, new byte[0]);
  }

  private void findPeers(ControlChannel channel, ControlRequest request) {
    Lookup replies =
        new Lookup() {
          @Override
          public void onPeer(InetSocketAddress registryAddress) {
            byte[] payload = PeerRecords.encode(List.of(registryAddress));
            if (payload.length > 0) {
              reply(channel, request, ControlMessages.PEERS, 1, payload);
            }
          }

          @Override
          public void onEnd() {
            reply(channel, request, ControlMessages.PEERS_END, 0, new byte[0]);
          }

          @Override
          public void onGiveUp() {
            reply(channel, request, ControlMessages.PEERS_END, 1, new byte[0]);
          }
        };
    if (!isAllowed(request)) {
      replies.onEnd();
      return;
    }
    try {
      lookUp(request, replies);
    } catch (RuntimeException failed) {
      LOG.error("the router has failed; nobody is asked", failed);
      replies.onGiveUp();
    }
  }

  private void lookUp(ControlRequest request, Lookup replies) {
    String key = routingKey(request);
    if (request.is(ControlMessages.FLAG_ANEW)) {
      router.lookupAnew(key, ControlMessages.PEERS_MAX, replies);
    } else {
      router.lookup(key, ControlMessages.PEERS_MAX, replies);
    }
  }

  private boolean isAllowed(ControlRequest request) {
    boolean byTag = request.is(ControlMessages.FLAG_TAG);
    return filter.isOpen()
        || filter.allows(
            request.text(ControlMessages.TEXT_NAMESPACE),
            request.text(ControlMessages.TEXT_NAME),
            byTag ? request.text(ControlMessages.TEXT_REFERENCE) : null);
  }

  private static String routingKey(ControlRequest request) {
    String reference = request.text(ControlMessages.TEXT_REFERENCE);
    if (!request.is(ControlMessages.FLAG_TAG)) {
      return reference;
    }
    String registry = request.text(ControlMessages.TEXT_NAMESPACE);
    String name = request.text(ControlMessages.TEXT_NAME) + ":" + reference;
    return registry.isEmpty() ? name : registry + "/" + name;
  }

  /** A loop that lags behind gets its reply late; one that has stopped gets none. */
  private void reply(
      ControlChannel channel, ControlRequest request, int type, int value, byte[] payload) {
    for (int attempt = 0; attempt < REPLY_RETRIES && !closed; attempt++) {
      if (channel.reply(
          type, request.slot(), request.generation(), request.sequence(), value, payload)) {
        return;
      }
      LockSupport.parkNanos(REPLY_RETRY_NS);
    }
    if (!closed) {
      LOG.warn("a loop does not take its replies; one was dropped", "type", type);
    }
  }
}
