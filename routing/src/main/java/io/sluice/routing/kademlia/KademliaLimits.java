package io.sluice.routing.kademlia;

/** Every limit of this package that no operator sets. */
final class KademliaLimits {
  private static final int KIB = 1 << 10;
  private static final long SECOND_NS = 1_000_000_000L;

  // ---- go's numbers

  /** k: peers per bucket, holders of a record, length of an answer. */
  static final int BUCKET_SIZE = 20;

  /** alpha: questions of one lookup under way at once. */
  static final int CONCURRENCY = 10;

  /** beta: how many of the nearest must have answered before a lookup has converged. */
  static final int RESILIENCY = 3;

  // ---- messages

  /** A request: a key and one peer with its addresses, which go bounds at 8 KiB. */
  static final int REQUEST_BYTES_MAX = 12 * KIB;

  /** An answer: 20 near peers and the providers of a key. */
  static final int ANSWER_BYTES_MAX = 256 * KIB;

  /** Most that we answer with; providers that do not fit are left out. */
  static final int ANSWER_BYTES_SENT_MAX = 64 * KIB;

  /** Bytes of a key that is looked up; go's limit. */
  static final int KEY_BYTES_MAX = 80;

  /** Bytes of a peer id: multihashes of public keys have 34 to 42. */
  static final int PEER_ID_BYTES_MAX = 64;

  /** Bytes of one address; a relayed one names two peers. */
  static final int ADDRESS_BYTES_MAX = 160;

  /** Addresses of one peer that are kept; the rest of a record is skipped. */
  static final int ADDRESSES_PER_PEER = 8;

  /** Near peers taken from one answer: twice as many as an honest peer names, as go does. */
  static final int CLOSER_PEERS_PER_ANSWER = 40;

  /** Providers taken from one answer. */
  static final int PROVIDERS_PER_ANSWER = 128;

  /** Providers named in one answer; who asks wants three. */
  static final int PROVIDERS_ANSWERED = 32;

  // ---- calls

  /** How long a peer may take to connect and answer; go's limit for reading an answer. */
  static final long CALL_TIMEOUT_NS = 10 * SECOND_NS;

  /** How long a connection may take; a host that is gone answers nothing at all. */
  static final long CONNECT_TIMEOUT_NS = 5 * SECOND_NS;

  /** Streams to one peer, each with one question under way. */
  static final int STREAMS_PER_PEER = 4;

  /** Questions to one peer that wait for a stream. */
  static final int CALLS_WAITING_PER_PEER = 256;

  /** A stream without a question is closed after this; go's end resets it after a minute. */
  static final long STREAM_IDLE_NS = 30 * SECOND_NS;

  /** Peers remembered for owing an answer. */
  static final int SUSPECTS_MAX = 512;

  // ---- what peers may ask

  /** Streams one peer may have open to ask us. */
  static final int STREAMS_SERVED_PER_PEER = 16;

  /** Streams all peers may have open to ask us. */
  static final int STREAMS_SERVED = 2048;

  /** A stream on which nothing is asked is reset after this, as go does. */
  static final long SERVED_IDLE_NS = 60 * SECOND_NS;

  /** Questions per second one peer may ask for long. */
  static final int QUESTIONS_PER_SECOND = 2000;

  /** Questions one peer may ask at once. */
  static final int QUESTIONS_BURST = 8000;

  // ---- lookups

  /** Peers one lookup keeps in mind, the nearest. */
  static final int CANDIDATES_PER_LOOKUP = 128;

  /** Peers one lookup asks; an honest network needs a third of it. */
  static final int ASKED_PER_LOOKUP = 120;

  /** Peers from one answer that are asked at the same time, unless others name them too. */
  static final int ASKED_AT_ONCE_PER_REFERRER = 4;

  /** Who names this many peers that cannot be reached is not listened to for the lookup's rest. */
  static final int FAILURES_PER_REFERRER = 4;

  /** A question this old does not keep others from being asked. */
  static final long SLOW_NS = 300_000_000L;

  /** How long providers that may be gone are held back for better ones. */
  static final long UNCERTAIN_WAIT_NS = 50_000_000L;

  // ---- records of others

  /** Provider records; 16 bytes each, and some 20 for each key. */
  static final int RECORDS = 1 << 17;

  /** Providers of one key; more than anybody wants to hear of. */
  static final int RECORDS_PER_KEY = 64;

  /** Keys of one provider. */
  static final int RECORDS_PER_PEER = 1 << 15;

  /** Peers whose records are kept. */
  static final int PROVIDERS = 1 << 12;

  // ---- the table

  /** Peers of the table, or of one answer, behind one IP address. */
  static final int CONTACTS_PER_ADDRESS = 8;

  /** Peers being checked at once whether they answer. */
  static final int CHECKS_MAX = 64;

  /** A connected peer that is not in the table is offered to it again after this. */
  static final long OFFER_AGAIN_NS = 15 * SECOND_NS;

  /** Deepest bucket that is refreshed; a key for it takes some 8000 digests to find. */
  static final int REFRESH_PREFIX_MAX = 12;

  /** Below so many peers a new one sets off a refresh, as go does. */
  static final int FEW_PEERS = 10;

  /** How long after a peer's connection ended it is checked, at the most. */
  static final long CHECK_SPREAD_NS = 5 * SECOND_NS;

  // ---- connections

  /**
   * Connections beyond which those that are of no use are closed, the least recently used first.
   */
  static final int CONNECTIONS_HIGH = 256;

  /** How many are left then. */
  static final int CONNECTIONS_LOW = 224;

  /** A connection younger than this is not closed. */
  static final long CONNECTION_GRACE_NS = 20 * SECOND_NS;

  /** Peers whose description is kept; the host allows no more connections than this. */
  static final int PEERS_KNOWN = 1024;

  // ---- announcing

  /** Keys this node can advertise. */
  static final int KEYS_ADVERTISED = 1 << 17;

  /** Messages written to a peer at once. */
  static final int RECORDS_PER_WRITE = 32;

  /** How often keys that are due are announced again; each time those of this much time. */
  static final long REPROVIDE_TICK_NS = 2 * SECOND_NS;

  /** How often keys that have never been announced are, as many as fit into a write. */
  static final long PROVIDE_TICK_NS = 100_000_000L;

  /** The same while there is nobody to tell. */
  static final long PROVIDE_ALONE_TICK_NS = SECOND_NS;

  /** How long it is remembered who is near a region of keys. */
  static final long REGION_VALID_NS = 60 * SECOND_NS;

  /** When the network has grown by this factor, all keys are announced again. */
  static final double NETWORK_GROWTH_MAX = 2;

  /** Regions remembered. */
  static final int REGIONS = 64;

  /** Shortest time between two announcements of a key, however fast holders vanish. */
  static final long REPROVIDE_MIN_NS = 180 * SECOND_NS;

  private KademliaLimits() {}
}
