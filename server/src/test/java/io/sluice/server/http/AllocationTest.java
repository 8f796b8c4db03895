package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** A hundred thousand requests, answers and peers' responses allocate nothing. */
class AllocationTest {
  private static final int REQUESTS = 100_000;
  private static final int CAPACITY = 1024;
  private static final String REQUEST =
      "GET /v2/library/debian/blobs/"
          + Text.SHA256
          + "?ns=acme.test&n=5 HTTP/1.1\r\nHost: 127.0.0.1:5000\r\nUser-Agent: containerd/2.1\r\n"
          + "Accept: application/vnd.oci.image.manifest.v1+json\r\nRange: bytes=5-99\r\n"
          + ("If-None-Match: W/\"" + Text.SHA512 + "\"\r\nConnection: keep-alive\r\n")
          + "Authorization: Basic aGVsbG86d29ybGQ=\r\n\r\n";
  private static final String REFUSED =
      "GET /v2/A/blobs/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
  private static final String RESPONSE =
      "HTTP/1.1 206 Partial Content\r\nContent-Type: a/b\r\nContent-Length: 10\r\n"
          + ("Docker-Content-Digest: " + Text.SHA256 + "\r\nETag: \"x\"\r\n")
          + "Content-Range: bytes 5-14/100\r\n\r\n";

  private final MemorySegment request = Text.memory(REQUEST);
  private final MemorySegment refused = Text.memory(REFUSED);
  private final MemorySegment peer = Text.memory(RESPONSE);
  private final MemorySegment out = Text.memory("?".repeat(CAPACITY));
  private final RequestHead head = new RequestHead();
  private final RegistryTarget target = new RegistryTarget();
  private final PeerResponse peerResponse = new PeerResponse();
  private final ResponseHead response = new ResponseHead();
  private final Credentials credentials = new Credentials();
  private final HttpDate date = new HttpDate();
  private final long[] table = new long[DigestKey.TABLE_STRIDE];

  @Test
  void parsingAndAnsweringAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    credentials.require("Basic aGVsbG86d29ybGQ=");
    // The first rounds link and compile; what the interpreter allocates for that ends with them.
    long expected = serve(REQUESTS);
    threads.getCurrentThreadAllocatedBytes();
    long before = threads.getCurrentThreadAllocatedBytes();
    long actual = serve(REQUESTS);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(expected, actual);
    assertEquals(0, allocated);
    assertTrue(actual > 0);
  }

  private long serve(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      date.update(i);
      sum += serveBlob(i) + refuse() + readPeer();
    }
    return sum;
  }

  private int serveBlob(int i) {
    int half = HeadScanner.scan(request, 0, REQUEST.length() / 2, 0);
    int length = HeadScanner.scan(request, 0, REQUEST.length(), REQUEST.length() / 2);
    if (half != 0 || head.parse(request, 0, length) != 0 || !credentials.allow(request, head)) {
      return Integer.MIN_VALUE;
    }
    int kind = target.parse(request, head);
    DigestKey digest = target.digest();
    boolean unmodified =
        EntityTags.matches(request, head.ifNoneMatchOffset(), head.ifNoneMatchLength(), digest);
    digest.copyTo(table, 0);
    if (kind != RegistryTarget.BLOB || unmodified || !digest.matches(table, 0)) {
      return Integer.MIN_VALUE;
    }
    head.range().resolve(100L + i);
    digest.writePath(out, 0);
    return digest.hash() % 2
        + response
            .begin(out, 0, CAPACITY)
            .status(206)
            .date(date)
            .header(HttpHeader.CONTENT_LENGTH, head.range().length())
            .header(
                HttpHeader.OCI_NAMESPACE,
                request,
                target.namespaceOffset(),
                target.namespaceLength())
            .digestHeader(digest)
            .etag(digest)
            .contentRange(head.range().first(), head.range().last(), 100L + i)
            .end();
  }

  private int refuse() {
    int length = HeadScanner.scan(refused, 0, REFUSED.length(), 0);
    int status = head.parse(refused, 0, length);
    return OciErrorBody.write(
        response.begin(out, 0, CAPACITY),
        status,
        date,
        OciErrorCode.UNSUPPORTED,
        head.problem(),
        OciErrorBody.DETAIL_NAME,
        refused,
        head.targetOffset(),
        head.targetLength(),
        false,
        true);
  }

  private int readPeer() {
    int length = HeadScanner.scan(peer, 0, RESPONSE.length(), 0);
    return peerResponse.parse(peer, 0, length) ? peerResponse.status() : Integer.MIN_VALUE;
  }
}
