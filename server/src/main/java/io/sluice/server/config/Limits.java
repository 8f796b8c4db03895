package io.sluice.server.config;

/**
 * Every limit of the node, with its default where an operator can set it. Memory is the sum of
 * these; {@code MemoryTable} adds them up.
 */
public final class Limits {
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long SECOND_NS = 1_000_000_000L;

  // ---- connections

  /**
   * Open client connections of the whole node, by default; at the limit, accepting pauses. The
   * kernel keeps {@link #CONNECTION_KERNEL_BYTES} for each.
   */
  public static final int CONNECTIONS = 1280;

  /** Fewest connections a node can be set to: one kubelet pulls with more than a handful. */
  public static final int CONNECTIONS_MIN = 16;

  /** Most connections a node can be set to; their objects must fit into the heap. */
  public static final int CONNECTIONS_MAX = 65_536;

  /** Java objects of one connection, an upper estimate. */
  public static final long CONNECTION_BYTES = 512;

  /**
   * What the kernel keeps of a connection that is idle: socket, file, inode, entry of a directory,
   * the request of the ring that waits for it.
   */
  public static final long CONNECTION_KERNEL_BYTES = 4 * KIB;

  // ---- descriptors

  /** Open blobs of the whole node. */
  public static final int OPEN_BLOBS = 256;

  /** One that reads through the page cache and one that reads past it. */
  public static final int DESCRIPTORS_PER_BLOB = 2;

  /**
   * Descriptors kept free for what is neither a connection nor a blob: relays, the runtime's files,
   * rings, eventfds, listeners, containerd. A relay that gets no pipe does with blocks.
   */
  public static final int RESERVED_DESCRIPTORS = 256;

  /** Descriptors that are spoken for before the first connection. */
  public static final int DESCRIPTORS_BESIDES_CONNECTIONS =
      DESCRIPTORS_PER_BLOB * OPEN_BLOBS + RESERVED_DESCRIPTORS;

  // ---- credentials

  /** User, colon and password that containerd and peers have to know, in bytes. */
  public static final int BASIC_AUTH_BYTES_MAX = 256;

  /** Between two looks at whether credentials have changed. */
  public static final long BASIC_AUTH_LOOK_NS = 2 * SECOND_NS;

  // ---- event loops

  /** Most loops that are started by default, one per CPU: four pass more than most links can. */
  public static final int LOOPS_DEFAULT_MAX = 4;

  /** Most loops that can be asked for. */
  public static final int LOOPS_MAX = 64;

  /** Blobs of which is known what loop reads them: more than can be open. */
  public static final int BLOB_HOMES = 1024;

  /** How long the loop that reads a blob stays the same when nobody reads it. */
  public static final long BLOB_HOME_KEPT_NS = 2 * SECOND_NS;

  /** Submission queue entries of one loop's ring, of 64 bytes each. */
  public static final int SUBMISSION_ENTRIES = 1024;

  /** Messages from a loop to the control plane, in bytes; a power of two. */
  public static final long CONTROL_RING_BYTES = 256 * KIB;

  /** Replies to a loop, in bytes; a power of two. A reply is at most an eighth of it. */
  public static final long CONTROL_REPLY_BYTES = 512 * KIB;

  /**
   * Connections on their way to a loop, with what was received of their request, in bytes; a power
   * of two. The longest is at most an eighth of it.
   */
  public static final long HANDOFF_BYTES = 128 * KIB;

  /** Accepts that wait in the kernel. */
  public static final int ACCEPTS_IN_FLIGHT = 8;

  /** Between two looks at the clock when nothing is under way. */
  public static final long IDLE_TICK_NS = SECOND_NS / 2;

  /** What a turn of a loop may take, waiting included, before it counts as time without CPU. */
  public static final long LOOP_STEP_NS = IDLE_TICK_NS;

  // ---- transfers

  /** One transfer buffer: what one read asks of the disk. */
  public static final long TRANSFER_BLOCK_BYTES = 512 * KIB;

  /** What transfer buffers, and the offsets and lengths of their reads, are aligned to. */
  public static final int TRANSFER_ALIGNMENT_BYTES = 4096;

  /** Transfer buffers of the whole node, by default. */
  public static final long TRANSFER_MEMORY_BYTES = 24 * MIB;

  /** Fewest transfer buffers of one loop: one is read while the other is sent. */
  public static final int TRANSFER_BLOCKS_PER_LOOP_MIN = 2;

  /** Most transfer memory; the kernel registers at most this much as one buffer. */
  public static final long TRANSFER_MEMORY_MAX_BYTES = 1024 * MIB;

  /**
   * Bodies of the whole node that may be under way, relays included; further requests of peers are
   * told to come again, so that they go to another node at once.
   */
  public static final int TRANSFERS = 128;

  // ---- relays

  /** Relays of the whole node that may be under way; further clients wait. */
  public static final int RELAYS = 64;

  /** Of each loop, calls to a second or third peer while a first one has not answered. */
  public static final int PEER_RACERS_PER_LOOP = 2;

  /** Relays get this part of the transfer memory where there are peers to relay from: a quarter. */
  public static final int RELAY_MEMORY_DIVISOR = 4;

  /**
   * Kernel memory of what peers have sent and relays have not taken, but for the smallest buffer
   * that each connection may have beyond it. Autotuned buffers held 420 MiB with 64 relays.
   */
  public static final long PEER_RECEIVE_BUDGET_BYTES = 8 * MIB;

  /**
   * What the kernel keeps of a pipe of a block's size, without what passes through it: an inode,
   * two files, and 40 bytes for each of its pages.
   */
  public static final long PIPE_BYTES = 10 * KIB;

  /** Descriptors of a relay: a connection to a peer, and both ends of a pipe. */
  public static final int DESCRIPTORS_PER_RELAY = 3;

  /** Smallest {@code SO_RCVBUF} of a connection to a peer, which the kernel doubles. */
  public static final int PEER_RECEIVE_MIN_BYTES = 96 * 1024;

  /** Largest {@code SO_RCVBUF} of a connection to a peer, with few of them. */
  public static final int PEER_RECEIVE_MAX_BYTES = 512 * 1024;

  /** {@code SO_RCVBUF} of a connection to a peer that is kept for later: nothing is asked of it. */
  public static final int PEER_RECEIVE_IDLE_BYTES = 8 * 1024;

  /** A peer that takes longer than this to fill a receive is received from in small pieces. */
  public static final long PEER_FILL_NS = SECOND_NS / 20;

  /** For a peer to accept a connection. */
  public static final long PEER_CONNECT_TIMEOUT_NS = SECOND_NS;

  /** For a peer to answer a request. */
  public static final long PEER_HEAD_TIMEOUT_NS = 3 * SECOND_NS;

  /** Without any byte of a body from a peer; then another one goes on. */
  public static final long PEER_STALL_NS = 2 * SECOND_NS;

  /** A peer that sends less than this in the time of a stall is left when there is another one. */
  public static final long PEER_PACE_BYTES_MIN = 16 * KIB;

  /** How often one fetch asks the same peer without getting on. */
  public static final int PEER_TRIES = 3;

  /** Before a peer is asked again for the same thing; doubles each time. */
  public static final long PEER_RETRY_DELAY_NS = SECOND_NS / 10;

  /** For anybody to answer well, as long as somebody may. */
  public static final long SEEK_PATIENCE_NS = 5 * SECOND_NS;

  /** For anybody to go on with a body that has begun. */
  public static final long RESUME_PATIENCE_NS = 10 * SECOND_NS;

  /** A peer that ignores the range of a resumed body is used if it begins no further back. */
  public static final long RESUME_SKIP_BYTES = 4 * MIB;

  /** Before a second peer is asked, as long as too few have answered to know better. */
  public static final long HEDGE_DELAY_UNKNOWN_NS = SECOND_NS / 20;

  /** Before a second peer is asked, at least. */
  public static final long HEDGE_DELAY_MIN_NS = SECOND_NS / 100;

  /** Before a second peer is asked, at most. */
  public static final long HEDGE_DELAY_MAX_NS = SECOND_NS / 2;

  /** How long a peer is avoided that has failed once; it doubles. */
  public static final long PEER_PENALTY_MIN_NS = SECOND_NS;

  /** How long a peer is avoided at most, or when it has lied. */
  public static final long PEER_PENALTY_MAX_NS = 60 * SECOND_NS;

  /** Peers that each loop keeps in mind. */
  public static final int PEER_SCORES = 256;

  /** What was observed of a peer that was not used for so long is forgotten. */
  public static final long PEER_SCORE_EXPIRY_NS = 600 * SECOND_NS;

  /** Connections to peers that each loop keeps for later. */
  public static final int PEER_IDLE_CONNECTIONS = 16;

  /** How long they are kept: less than any peer waits for a request. */
  public static final long PEER_IDLE_TIMEOUT_NS = 30 * SECOND_NS;

  /**
   * A client that takes nothing for so long gives its blocks back while others wait for one; when
   * it takes bytes again, they are fetched from where it stands.
   */
  public static final long RELAY_STALL_UNDER_PRESSURE_NS = SECOND_NS / 2;

  /**
   * A client that others who share its fetch have to wait for, for so long, is fetched for alone.
   */
  public static final long RELAY_HOLD_NS = SECOND_NS / 5;

  // ---- exchanges

  /** Requests of the whole node that may be parsed or answered at the same time. */
  public static final int EXCHANGE_BUFFERS = 256;

  /**
   * Longest request head: request line and header fields. What is pipelined behind it is read up to
   * this many bytes in all; the rest stays in the socket.
   */
  public static final int REQUEST_HEAD_BYTES = 8192;

  /** Longest response head, or error body with its head. */
  public static final int RESPONSE_HEAD_BYTES = 4096;

  /** Response head and, where it fits behind it, the body: most manifests go out in one piece. */
  public static final int RESPONSE_BYTES = 16 * 1024;

  /** While exchanges are wanted, who holds one for so long without need loses it. */
  public static final long EXCHANGE_HOLD_NS = SECOND_NS;

  /** For the disk or the control plane to say what the answer is. */
  public static final long WORK_TIMEOUT_NS = 10 * SECOND_NS;

  /** After the last response, for what the client still sends. */
  public static final long LINGER_NS = SECOND_NS;

  // ---- sockets

  /** {@code SO_SNDBUF} of a connection without a transfer. */
  public static final long SOCKET_SEND_IDLE_BYTES = 32 * KIB;

  /** {@code SO_RCVBUF} of a client connection: requests are small. */
  public static final long SOCKET_RECEIVE_BYTES = 32 * KIB;

  /** Connections that wait to be accepted. */
  public static final int BACKLOG = 4096;

  /**
   * Kernel memory of the send buffers of all bodies together, but for the smallest buffer that each
   * has beyond it: eight of them can have the largest.
   */
  public static final long SOCKET_SEND_BUDGET_BYTES = 3328 * KIB;

  /**
   * Smallest {@code SO_SNDBUF} of a connection, with every slot taken. The kernel doubles it, and
   * more than one segment of loopback, 64 KiB, has to fit: with less the client delays each
   * acknowledgement by 40 ms, and 2 MiB/s is all that a client on this machine gets.
   */
  public static final long SOCKET_SEND_MIN_BYTES = 48 * KIB;

  /** Largest {@code SO_SNDBUF} of a connection, with few of them. */
  public static final long SOCKET_SEND_MAX_BYTES = 256 * KIB;

  // ---- times

  /** From the first byte of a request head (or from accept) to its end. */
  public static final long HEADER_TIMEOUT_NS = 10 * SECOND_NS;

  /** Between two requests of a connection. */
  public static final long IDLE_TIMEOUT_NS = 90 * SECOND_NS;

  /** The same while fewer than an eighth of a loop's connections are free. */
  public static final long IDLE_TIMEOUT_CROWDED_NS = SECOND_NS;

  /** Without any progress of a response that is being sent. */
  public static final long PROGRESS_TIMEOUT_NS = 120 * SECOND_NS;

  /** For what is in flight when the node is told to stop; within Kubernetes' 30 s. */
  public static final long SHUTDOWN_TIMEOUT_NS = 20 * SECOND_NS;

  /** Shortest time-out that can be set. */
  public static final long TIMEOUT_MIN_NS = SECOND_NS / 10;

  /** Longest time-out that can be set. */
  public static final long TIMEOUT_MAX_NS = 3600 * SECOND_NS;

  /** Without anything served, after which memory that only serving needs is given back. */
  public static final long IDLE_GIVE_BACK_NS = 10 * SECOND_NS;

  // ---- the control plane

  /** Other nodes that can be named as static peers. */
  public static final int STATIC_PEERS = 64;

  /** Peers that can be named to find the others by. */
  public static final int BOOTSTRAP_PEERS = 64;

  /** Store entries compared, and keys handed to the router, before loops' questions get a turn. */
  public static final int ADVERTISE_PER_TURN = 256;

  /** Characters that one regular expression may look at to decide about one name. */
  public static final int FILTER_STEPS_MAX = 100_000;

  /** Namespaces, registries or expressions that one setting can have. */
  public static final int LIST_VALUES = 64;

  /** Between two looks at whether the store has changed. */
  public static final long ADVERTISE_LOOK_NS = SECOND_NS;

  // ---- the router

  /**
   * What discovery adds outside the heap with 200 peers and 20,000 keys: sockets' buffers, threads,
   * compiled code, classes. Measured; each part of it is bounded in number. Its share of the heap
   * is within that of the whole node.
   */
  public static final long ROUTING_BYTES = 8 * MIB;

  // ---- the runtime; measured, not enforced

  /**
   * Copies of the class archive's pages that were written to (8 MiB), compiled code (6), what the
   * runtime takes from the C library (6), both compilers at work, of which {@code
   * deploy/jvm.options} bounds each (6), and the rest (2).
   */
  public static final long RUNTIME_BYTES = 28 * MIB;

  /** Page tables, kernel stacks of threads, the kernel's objects for files and rings; measured. */
  public static final long KERNEL_BYTES = 3 * MIB;

  /** Pages of the runtime's own files that are mapped. The kernel can take them back. */
  public static final long RUNTIME_FILES_BYTES = 35 * MIB;

  private Limits() {}
}
