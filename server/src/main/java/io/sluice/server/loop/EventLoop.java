package io.sluice.server.loop;

import io.sluice.ring.CompletionHandler;
import io.sluice.ring.Ring;
import io.sluice.ring.UserData;
import io.sluice.server.config.Limits;
import io.sluice.server.control.ControlChannel;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.relay.Relays;
import io.sluice.server.transfer.BodySlots;
import io.sluice.server.transfer.OpenBlobs;
import io.sluice.server.transfer.Residency;
import io.sluice.server.transfer.ResidentFiles;
import io.sluice.server.transfer.SendBudget;
import io.sluice.server.transfer.SendBuffers;
import io.sluice.server.transfer.TransferBlocks;
import io.sluice.server.transfer.TransferPolicy;
import io.sluice.server.transfer.Transfers;
import java.lang.foreign.MemorySegment;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.ControlledMessageHandler.Action;

/**
 * One event loop: a thread with its ring, its memory and its connections, and nothing shared.
 *
 * <p>A turn hands the prepared submissions to the kernel, waits if there is nothing to do, handles
 * what has completed, then looks at the control plane's replies, sockets handed over and, now and
 * then, at the clock. After the first turn nothing is allocated.
 */
public final class EventLoop implements Runnable, CompletionHandler {
  private static final int OP_TICK = 0x02;
  private static final int OP_CANCEL = 0x03;
  private static final int COMPONENT_MASK = 0xf0;

  private static final int COMPLETIONS_PER_TURN = 1024;
  private static final int REPLIES_PER_TURN = 64;
  private static final int CONNECTIONS_PER_TURN = 256;

  private static final int MILLIS_PER_SECOND = 1000;

  private static final int RUNNING = 0;
  private static final int STOPPING = 1;
  private static final int ABORTING = 2;

  private final int number;
  private final LoopContext context;
  private final LoopShare share;
  private final LoopMemory memory;
  private final ControlChannel control;
  private final Handoff handoff;
  private final Handoff[] handoffs;
  private final boolean accepts;
  private final int listenFd;
  private final int wakeFd;
  private final LoopMetrics metrics;
  private final ControlledMessageHandler connectionHandler = this::onConnection;

  private Ring ring;
  private LoopClock clock;
  private ResidentFiles residentFiles;
  private Residency residency;
  private BlobHomes homes;
  private Clients clients;
  private Deadlines deadlines;
  private Registry registry;
  private OpenBlobs blobs;
  private Transfers transfers;
  private Relays relays;
  private ConnectionTable table;
  private Exchanges exchanges;
  private TransferBlocks transferBlocks;
  private TransferBlocks relayBlocks;
  private SendBudget budget;
  private Acceptor acceptor;
  private WakeUp wakeUp;
  private Ticker ticker;
  private IdleMemory idleMemory;
  private IdleWatch idle;
  private volatile int requestedPhase = RUNNING;
  private volatile boolean ended;
  private int phase = RUNNING;
  private boolean lettingGo;
  private long nowNs;
  private long tickedNs;

  /**
   * Creates a loop; its thread is to call {@link #run}.
   *
   * @param number of the loop, from 0
   * @param handoffs the ways to all loops, by number
   * @param accepts whether this loop accepts for all
   * @param listenFd the listening socket
   * @param wakeFd an eventfd that wakes this loop
   */
  EventLoop(
      int number,
      LoopContext context,
      LoopShare share,
      LoopMemory memory,
      ControlChannel control,
      Handoff[] handoffs,
      boolean accepts,
      int listenFd,
      int wakeFd,
      LoopMetrics metrics) {
    this.number = number;
    this.context = context;
    this.share = share;
    this.memory = memory;
    this.control = control;
    this.handoff = handoffs[number];
    this.handoffs = handoffs;
    this.accepts = accepts;
    this.listenFd = listenFd;
    this.wakeFd = wakeFd;
    this.metrics = metrics;
  }

  /** Ends gently: no new connections, no new requests, what is under way is finished. */
  public void stop() {
    requestedPhase = Math.max(requestedPhase, STOPPING);
  }

  /** Ends at once: what is under way is broken off. */
  public void abort() {
    requestedPhase = ABORTING;
  }

  /** Whether the loop has ended and let go of everything. */
  public boolean ended() {
    return ended;
  }

  /** What is in use; the loop's thread's to call, once it has started. */
  LoopUsage usage() {
    return new LoopUsage(
        table.inUse(),
        exchanges.count() - exchanges.freeCount(),
        transfers.activeCount(),
        transferBlocks.count() - transferBlocks.freeCount(),
        transfers.blocksOfBlocked(),
        relays.activeCount(),
        relayBlocks.count() - relayBlocks.freeCount(),
        blobs.openCount(),
        budget.grantedBytes());
  }

  /** The loop's number. */
  public int number() {
    return number;
  }

  @Override
  public void run() {
    start();
    boolean more = true;
    while (more) {
      more = turn();
    }
    end();
  }

  /** Opens the ring and prepares everything; the first thing the loop's thread does. */
  void start() {
    ring = context.rings().get();
    residentFiles = context.residentFiles().get();
    clock = new LoopClock(context.nanoClock());
    nowNs = clock.turn();
    table = new ConnectionTable(share.connections());
    exchanges = new Exchanges(memory.exchanges.segment(), share.exchanges());
    ClientSockets clientSockets = new ClientSockets(ring, context.sockets(), exchanges);
    clients = new Clients(clientSockets, table, exchanges, metrics, handoff, context.timeouts());
    deadlines = new Deadlines(clients, clientSockets, table, exchanges, metrics);
    residency = new Residency(residentFiles, context.readMode().sendsResident());
    homes = new BlobHomes(context.homes(), handoffs, number, share.blockBytes(), residency, clock);
    registry = new Registry(clients, table, exchanges, control, context, metrics, residency, homes);
    clients.handler(registry);
    budget =
        new SendBudget(
            share.sendBudgetBytes(),
            (int) Limits.SOCKET_SEND_MIN_BYTES,
            (int) Limits.SOCKET_SEND_MAX_BYTES);
    SendBuffers sendBuffers =
        new SendBuffers(context.sockets(), budget, (int) Limits.SOCKET_SEND_IDLE_BYTES);
    BodySlots slots = new BodySlots(share.transfers(), share.relays());
    createTransfers(sendBuffers, slots);
    createRelays(sendBuffers, slots);
    registry.components(blobs, transfers, relays);
    registry.time(context.epochClock().time() / MILLIS_PER_SECOND);
    control.replyHandler(registry);
    if (accepts) {
      acceptor = new Acceptor(ring, context.sockets(), listenFd, handoffs, metrics);
      acceptor.resume();
    }
    wakeUp = new WakeUp(ring, wakeFd, memory.miscellany.segment());
    wakeUp.await();
    ticker = new Ticker(ring, memory.miscellany.segment(), WakeUp.BYTES, OP_TICK);
    ticker.run(false);
    idleMemory = new IdleMemory(memory, transferBlocks, relayBlocks, exchanges);
    idle = new IdleWatch(metrics::activity, Limits.IDLE_GIVE_BACK_NS, idleMemory::giveBack, nowNs);
  }

  private void createTransfers(SendBuffers sendBuffers, BodySlots slots) {
    blobs =
        new OpenBlobs(
            ring,
            residentFiles,
            residency,
            registry.blobListener(),
            context.blobDirectoryFd(),
            context.blobPathPrefix(),
            context.readMode(),
            memory.blobScratch.segment(),
            share.openBlobs(),
            share.connections());
    MemorySegment blocks = memory.transferBlocks();
    metrics.poolCapacity(share.transferBlocks());
    transferBlocks = new TransferBlocks(blocks, share.blockBytes(), share.transferBlocks());
    transfers =
        new Transfers(
            ring,
            context.sockets(),
            residentFiles,
            residency,
            context.spareCpus().apply(number),
            transferBlocks,
            sendBuffers,
            blobs,
            registry,
            metrics,
            slots,
            new TransferPolicy(
                context.readMode(), context.dontCache(), context.timeouts().progressNs()));
  }

  private void createRelays(SendBuffers sendBuffers, BodySlots slots) {
    relayBlocks = new TransferBlocks(memory.relayBlocks(), share.blockBytes(), share.relayBlocks());
    relays =
        new Relays(
            ring,
            context.sockets(),
            relayBlocks,
            sendBuffers,
            memory.relayScratch.segment(),
            registry.relayListener(),
            metrics,
            slots,
            Limits.PEER_RECEIVE_BUDGET_BYTES / handoffs.length,
            context.timeouts().progressNs(),
            context.timeouts().peerStallNs());
  }

  /** One turn; false when the loop has nothing more to do. */
  boolean turn() {
    // A reply that waits for a block has to wait for a completion, which brings one.
    boolean repliesWait = control.hasReplies() && !transfers.composedWaiting();
    transfers.submitSends();
    ring.submitAndWait(repliesWait || transfers.hasReady() ? 0 : 1);
    nowNs = clock.turn();
    registry.now(nowNs);
    ring.drain(this, COMPLETIONS_PER_TURN);
    handoff.take(connectionHandler, CONNECTIONS_PER_TURN);
    transfers.forgetComposed();
    control.poll(REPLIES_PER_TURN);
    transfers.composedTried();
    relays.seek(nowNs);
    transfers.sendReady(nowNs);
    if (ticker.due()) {
      tick();
    }
    if (requestedPhase != phase) {
      changePhase();
    }
    if (phase == ABORTING) {
      // Again each turn: another loop may have given a connection with a request meanwhile.
      clients.closeAll(nowNs);
    }
    ticker.run(transfers.activeCount() > 0 || relays.activeCount() > 0);
    metrics.loopTurn(clock.turnNs());
    if (phase == RUNNING || table.inUse() > 0 || !handoff.drained()) {
      return true;
    }
    letGo();
    return ring.inFlight() > 0;
  }

  @Override
  public void onCompletion(long userData, int result, int flags) {
    int operation = UserData.operation(userData);
    int slot = UserData.slot(userData);
    int generation = UserData.generation(userData);
    switch (operation & COMPONENT_MASK) {
      case OpenBlobs.OPERATIONS -> blobs.onCompletion(operation, slot, result, nowNs);
      case Transfers.OPERATIONS ->
          transfers.onCompletion(operation, slot, generation, result, nowNs);
      case Clients.OPERATIONS -> onClient(operation, slot, generation, result);
      case Relays.OPERATIONS -> relays.onCompletion(operation, slot, generation, result, nowNs);
      case Acceptor.OPERATIONS -> acceptor.onCompletion(operation, slot, result);
      default -> {
        if (operation == OP_TICK) {
          ticker.onCompletion(slot);
        } else {
          wakeUp.onCompletion(operation, result);
        }
      }
    }
  }

  private void onClient(int operation, int slot, int generation, int result) {
    clients.onCompletion(operation, slot, generation, result, nowNs);
  }

  private Action onConnection(int type, MutableDirectBuffer buffer, int index, int length) {
    int received = length - Handoff.REQUEST_OFFSET;
    if (received > 0 && exchanges.freeCount() == 0) {
      return Action.ABORT;
    }
    int fd = buffer.getInt(index);
    long request = (long) index + Handoff.REQUEST_OFFSET;
    if (!clients.open(fd, handoff.memory(), request, received, nowNs)) {
      throw new IllegalStateException(
          "loop " + number + " was given more sockets than it can hold");
    }
    return Action.COMMIT;
  }

  private void tick() {
    transfers.tick(nowNs);
    relays.tick(nowNs);
    deadlines.relieveExchanges(nowNs);
    if (acceptor != null) {
      acceptor.resume();
    }
    if (nowNs - tickedNs >= Limits.IDLE_TICK_NS) {
      tickedNs = nowNs;
      deadlines.check(nowNs);
      registry.time(context.epochClock().time() / MILLIS_PER_SECOND);
      blobs.closeIdle(nowNs);
      homes.keep(blobs);
      metrics.openBlobs(blobs.openCount());
      if (idleMemory.isFree()) {
        idle.look(nowNs);
      }
    }
  }

  private void changePhase() {
    boolean first = phase == RUNNING;
    phase = requestedPhase;
    if (first) {
      registry.stop();
      clients.stop(nowNs);
      if (accepts) {
        acceptor.stop();
      } else {
        finishGiving();
      }
    }
  }

  /** Tells the loops that this one gives them no connection any more. */
  private void finishGiving() {
    for (Handoff loop : handoffs) {
      loop.finish();
    }
  }

  /**
   * No connection is left: closes the blobs and ends the loop's own operations. The kernel may
   * still read into blocks, so the turns go on until nothing is in flight.
   */
  private void letGo() {
    // Reads that nobody waits for any more use their blobs until they have ended.
    blobs.closeAll();
    relays.stop();
    if (!lettingGo) {
      lettingGo = true;
      wakeUp.stop();
      ticker.stop(OP_CANCEL);
    }
  }

  /** Closes the ring; the last thing the loop's thread does. */
  void end() {
    ring.close();
    ended = true;
  }
}
