package io.sluice.routing.libp2p;

/**
 * Every limit of the libp2p host. What a peer sends beyond one of them ends its stream or its
 * connection, with a reason; others go on undisturbed. Those that an operator or a test may want
 * otherwise are defaults of {@link HostOptions}.
 */
public final class HostLimits {
  private static final int KIB = 1 << 10;
  private static final long SECOND_NS = 1_000_000_000L;

  // ---- connections

  /** Connections in total, those in their handshake included; beyond, new ones are closed. */
  public static final int CONNECTIONS = 1024;

  /** Above this many, connections that are not used are closed, the longest idle first. */
  public static final int CONNECTIONS_KEPT = 512;

  /** Inbound connections from one IP address, those in their handshake included. */
  public static final int CONNECTIONS_PER_ADDRESS = 8;

  /** Inbound connections in their handshake; beyond, the oldest of them is closed. */
  public static final int HANDSHAKES_PENDING = 64;

  /** Handshakes that one IP address may begin at once, before it has to wait. */
  public static final int HANDSHAKE_BURST = 16;

  /** Time after which an IP address may begin one more handshake. */
  public static final long HANDSHAKE_INTERVAL_NS = SECOND_NS / 4;

  /** IP addresses whose handshakes are counted; the longest silent is forgotten. */
  public static final int HANDSHAKE_ADDRESSES = 1024;

  /** From the first byte to a connection that can carry streams. */
  public static final long HANDSHAKE_NS = 10 * SECOND_NS;

  /** A connection from which nothing was heard for this long is asked for a sign of life. */
  public static final long KEEPALIVE_NS = 30 * SECOND_NS;

  /** Time a peer has to give that sign, to take bytes that wait for it, to complete a frame. */
  public static final long STALL_NS = 20 * SECOND_NS;

  /** A connection that was not used for this long may be closed when there are too many. */
  public static final long UNUSED_NS = 30 * SECOND_NS;

  /** Time for which a second connection to the same peer stays open without a stream. */
  public static final long SECOND_CONNECTION_NS = 5 * SECOND_NS;

  /** Two connections to the same peer that are this close in time were dialed simultaneously. */
  public static final long SIMULTANEOUS_NS = HANDSHAKE_NS;

  // ---- dialing

  /** Peers that are being dialed at the same time; more wait. */
  public static final int DIALS = 32;

  /** Peers that wait to be dialed; beyond, connecting fails. */
  public static final int DIALS_WAITING = 256;

  /** Addresses of one peer that are being tried at the same time. */
  public static final int DIAL_ADDRESSES_PARALLEL = 3;

  /** Addresses of one peer that are tried at all, after names have been resolved. */
  public static final int DIAL_ADDRESSES = 16;

  /** After this long without success, the next address is tried as well. */
  public static final long DIAL_NEXT_NS = SECOND_NS / 4;

  /** Names that wait for the resolver; beyond, resolving fails. */
  public static final int RESOLUTIONS_WAITING = 64;

  /** Threads that resolve names, gone when idle. */
  public static final int RESOLVER_THREADS = 2;

  // ---- streams

  /** Streams of one connection that the peer has opened; beyond, new ones are reset. */
  public static final int STREAMS_INBOUND = 128;

  /** Streams of one connection that this node has opened; beyond, opening fails. */
  public static final int STREAMS_OUTBOUND = 128;

  /** From the opening of a stream to an agreed protocol. */
  public static final long STREAM_NEGOTIATION_NS = 10 * SECOND_NS;

  /** A stream on which nothing happened for this long is reset. */
  public static final long STREAM_IDLE_NS = 120 * SECOND_NS;

  /** Length of a multistream-select line, as go and js have it. */
  public static final int MULTISTREAM_LINE_BYTES = 1024;

  /** Protocols that a peer may propose in one negotiation. */
  public static final int MULTISTREAM_PROPOSALS = 16;

  // ---- bytes

  /** What a peer may send on a stream before it is given credit; the protocol fixes it. */
  public static final int STREAM_WINDOW_BYTES = 256 * KIB;

  /** Bytes that wait to be sent on one stream; beyond, it is reset. */
  public static final int STREAM_SEND_BYTES = 256 * KIB;

  /** Memory of one connection for bytes that wait in it, either way. */
  public static final int CONNECTION_BUFFER_BYTES = 512 * KIB;

  /** The same of all connections; beyond, the one that has most is closed. */
  public static final int TOTAL_BUFFER_BYTES = 4096 * KIB;

  /** Yamux frames without data that wait to be sent: a peer that asks and does not read. */
  public static final int CONTROL_BYTES = 8 * KIB;

  /** Payload that is encrypted and sent as one message. */
  public static final int SEND_CHUNK_BYTES = 16 * KIB;

  /** What is read from a socket at once. */
  public static final int READ_CHUNK_BYTES = 64 * KIB;

  /** Buffers of the kernel for one socket, each way. */
  public static final int SOCKET_BUFFER_BYTES = 64 * KIB;

  /** Sealed bytes of one connection that the kernel has not taken. */
  public static final int UNSENT_BYTES = 64 * KIB;

  /** Noise messages before the channel is secure. */
  public static final int HANDSHAKE_MESSAGE_BYTES = 4 * KIB;

  /** One message of identify. */
  public static final int IDENTIFY_MESSAGE_BYTES = 8 * KIB;

  /** Messages in which a peer may say what it is; go splits long answers. */
  public static final int IDENTIFY_MESSAGES = 10;

  /** Addresses of a peer that are heard; more are left out. */
  public static final int IDENTIFY_ADDRESSES = 32;

  /** The same in bytes. */
  public static final int IDENTIFY_ADDRESS_BYTES = 2 * KIB;

  /** Protocols of a peer that are heard; more are left out. */
  public static final int IDENTIFY_PROTOCOLS = 64;

  /** Length of a protocol's name that is heard, in characters. */
  public static final int PROTOCOL_CHARS = 256;

  /** Between two looks at what has timed out. */
  public static final long SWEEP_NS = SECOND_NS;

  private HostLimits() {}
}
