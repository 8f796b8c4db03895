package io.sluice.server.relay;

import io.sluice.server.http.DigestKey;
import java.lang.foreign.MemorySegment;

/** What a client is told about the bytes that it will get. A flyweight, reused for each client. */
public final class RelayHead {
  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  int status;
  long first;
  long end;
  long sizeBytes;
  MemorySegment memory;
  long contentTypeOffset;
  int contentTypeLength;
  final DigestKey digest = new DigestKey();

  RelayHead() {}

  /** Takes what the client of {@code relay} is to be told of what is fetched for it. */
  void fill(Relay relay, Fetch fetch) {
    status = fetch.status;
    if (fetch.status != RANGE_NOT_SATISFIABLE) {
      status = relay.partial ? PARTIAL_CONTENT : OK;
    }
    first = relay.first;
    end = relay.end;
    sizeBytes = fetch.sizeBytes;
    contentTypeOffset = fetch.contentTypeOffset();
    contentTypeLength = fetch.contentTypeLength;
    digest.copyFrom(fetch.digest);
  }

  /** 200, 206 or 416. */
  public int status() {
    return status;
  }

  /** Length of the body, or what it would be for a HEAD. */
  public long contentLength() {
    return end - first;
  }

  /** First byte of a 206. */
  public long first() {
    return first;
  }

  /** Last byte of a 206, inclusive. */
  public long last() {
    return end - 1;
  }

  /** Size of the whole blob or manifest. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** Holds the media type. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where the media type is. */
  public long contentTypeOffset() {
    return contentTypeOffset;
  }

  /** Length of the media type; 0 when the peer named none. */
  public int contentTypeLength() {
    return contentTypeLength;
  }

  /** The digest; empty when it is not known. */
  public DigestKey digest() {
    return digest;
  }
}
