package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sluice.ring.simulation.ClientReader;
import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.server.store.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks every byte that one simulated client receives: responses in the order of the requests,
 * each with the right head and exactly the blob's bytes, or a closed connection.
 */
final class RegistryClient implements ClientReader, ResponseReader.Listener {
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) [^\r\n]*\r\n");
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+)");
  private static final int ERROR_BYTES_MAX = 4096;

  private final int number;
  private final List<PlannedRequest> requests;
  private final boolean pipelined;

  /** Nothing goes wrong for this client, so nothing but what was planned may come back. */
  private final boolean strict;

  private final ResponseReader responses = new ResponseReader(this);
  private final StringBuilder text = new StringBuilder();
  private RemoteEnd connection;
  private int answered;
  private int status;
  private boolean closing;
  private boolean contentFollows;
  private long position;
  private boolean closesAtTheEnd;

  RegistryClient(int number, List<PlannedRequest> requests, boolean pipelined, boolean strict) {
    this.number = number;
    this.requests = requests;
    this.pipelined = pipelined;
    this.strict = strict;
  }

  /** Closes as soon as all responses have come, instead of waiting for the server to do so. */
  void closeAtTheEnd() {
    closesAtTheEnd = true;
  }

  boolean isStrict() {
    return strict;
  }

  /** Requests that were answered completely. */
  int answered() {
    return answered;
  }

  /** What to send when connected. */
  String firstText() {
    if (!pipelined) {
      return requests.isEmpty() ? "" : requests.getFirst().text();
    }
    StringBuilder all = new StringBuilder();
    requests.forEach(request -> all.append(request.text()));
    return all.toString();
  }

  @Override
  public void onBytes(RemoteEnd from, byte[] bytes, int length) {
    connection = from;
    responses.onBytes(bytes, length);
  }

  @Override
  public void onEnd(RemoteEnd from) {
    if (strict) {
      assertEquals(requests.size(), answered, this + ": responses before the connection ended");
      assertTrue(!responses.isInside(), this + ": the last response was cut off");
    }
    from.close();
  }

  @Override
  public void onReset(RemoteEnd from) {
    if (strict) {
      fail(this + ": the connection was reset");
    }
  }

  @Override
  public long onHead(String head) {
    assertTrue(!closing, this + ": a response follows the one that announced the end");
    Matcher line = STATUS_LINE.matcher(head);
    assertTrue(line.lookingAt(), this + ": no status line: " + head);
    status = Integer.parseInt(line.group(1));
    closing = "close".equals(field(head, "Connection"));
    text.setLength(0);
    contentFollows = false;
    if (answered == requests.size()) {
      assertTrue(status >= 400 && !strict, this + ": nobody asked for " + head);
      return Long.parseLong(field(head, "Content-Length"));
    }
    PlannedRequest request = requests.get(answered);
    if (status != request.status()) {
      boolean excused = !(strict && request.certain()) && isExcused(request);
      assertTrue(excused, this + ": expected " + request + ", got " + head);
    }
    return status == 304 ? 0 : bodyLength(request, head);
  }

  private boolean isExcused(PlannedRequest request) {
    boolean content = request.blob() != null;
    return switch (status) {
      case 404 -> content;
      case 500 -> request.text().startsWith("GET /readyz");
      case 503, 408 -> true;
      case 200, 206, 416 -> content && request.blob().isTruncated();
      default -> !content && request.blob() == null && request.status() >= 400 && status == 400;
    };
  }

  private long bodyLength(PlannedRequest request, String head) {
    String lengthText = field(head, "Content-Length");
    assertTrue(lengthText != null, this + ": no Content-Length in " + head);
    long length = Long.parseLong(lengthText);
    if (request.blob() != null && (status == 200 || status == 206)) {
      checkContentHead(request, head, length);
      contentFollows = true;
    }
    return request.headOnly() ? 0 : length;
  }

  private void checkContentHead(PlannedRequest request, String head, long length) {
    SimulatedBlob blob = request.blob();
    String digest = blob.digest.algorithm() + ":" + blob.digest.hex();
    assertEquals(digest, field(head, "Docker-Content-Digest"), this + ": digest");
    assertEquals("\"" + digest + "\"", field(head, "ETag"), this + ": entity tag");
    String type = blob.isManifest() ? blob.mediaTypeOrNull : MediaType.OCTET_STREAM;
    assertEquals(type, field(head, "Content-Type"), this + ": media type");
    boolean truncated = blob.isTruncated();
    position = status == 200 ? 0 : request.first();
    if (status == 206) {
      Matcher range = CONTENT_RANGE.matcher(String.valueOf(field(head, "Content-Range")));
      assertTrue(range.matches(), this + ": no Content-Range in " + head);
      position = Long.parseLong(range.group(1));
      long last = Long.parseLong(range.group(2));
      assertEquals(last - position + 1, length, this + ": length of the range");
      if (!truncated) {
        assertEquals(request.first(), position, this + ": first byte");
        assertEquals(blob.sizeBytes(), Long.parseLong(range.group(3)), this + ": size");
      }
    }
    if (!truncated) {
      assertEquals(request.last() - request.first() + 1, length, this + ": Content-Length");
    }
  }

  @Override
  public void onBody(byte[] bytes, int from, int length) {
    if (contentFollows) {
      SimulatedBlob blob = requests.get(answered).blob();
      long wrong = blob.content.mismatch(position, bytes, from, length);
      assertEquals(-1, wrong, this + ": position of the first wrong byte");
      position += length;
    } else {
      text.append(new String(bytes, from, length, StandardCharsets.ISO_8859_1));
      assertTrue(text.length() <= ERROR_BYTES_MAX, this + ": an endless body");
    }
  }

  @Override
  public void onComplete() {
    if (answered == requests.size()) {
      return;
    }
    PlannedRequest request = requests.get(answered);
    if (!contentFollows && !request.headOnly() && status != 304) {
      if (status >= 400) {
        boolean error = text.indexOf("{\"errors\":[{\"code\":") == 0;
        assertTrue(error, this + ": no OCI error body: " + text);
      } else {
        String body = request.bodyOrNull() == null ? "" : request.bodyOrNull();
        assertEquals(body, text.toString(), this + ": body");
      }
    }
    answered++;
    if (answered == requests.size()) {
      if (closesAtTheEnd) {
        connection.close();
      }
    } else if (!pipelined && !closing) {
      connection.send(requests.get(answered).text());
    }
  }

  private static String field(String head, String name) {
    int at = head.indexOf("\r\n" + name + ": ");
    if (at < 0) {
      return null;
    }
    int start = at + name.length() + 4;
    return head.substring(start, head.indexOf("\r\n", start));
  }

  @Override
  public String toString() {
    return (strict ? "strict " : "") + "client " + number + ", response " + answered;
  }
}
