package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/** The query of a registry's target: the parameters it knows, each at most once. A flyweight. */
final class TargetQuery {
  private static final byte[] NS = Octets.ascii("ns");
  private static final byte[] N = Octets.ascii("n");
  private static final byte[] LAST = Octets.ascii("last");
  private static final byte[] ARTIFACT_TYPE = Octets.ascii("artifactType");

  private String problemCode;
  private long namespaceOffset;
  private int namespaceLength;
  private int n;
  private long lastOffset;
  private int lastLength;
  private long artifactTypeOffset;
  private int artifactTypeLength;
  private boolean namespaceSeen;
  private boolean nSeen;
  private boolean lastSeen;
  private boolean artifactTypeSeen;

  void clear() {
    problemCode = null;
    namespaceOffset = 0;
    namespaceLength = 0;
    n = -1;
    lastOffset = 0;
    lastLength = 0;
    artifactTypeOffset = 0;
    artifactTypeLength = 0;
    namespaceSeen = false;
    nSeen = false;
    lastSeen = false;
    artifactTypeSeen = false;
  }

  /**
   * Parses {@code name=value} pairs joined by ampersands, decoding in place. Unknown parameters are
   * skipped.
   *
   * @return null, or the sentence that says what is wrong.
   */
  String parse(MemorySegment memory, long start, long end) {
    long from = start;
    while (from < end) {
      long to = from;
      long equals = -1;
      while (to < end && Octets.at(memory, to) != '&') {
        if (equals < 0 && Octets.at(memory, to) == '=') {
          equals = to;
        }
        to++;
      }
      long nameEnd = equals < 0 ? to : equals;
      long valueStart = equals < 0 ? to : equals + 1;
      String problem = parseParameter(memory, from, nameEnd, valueStart, to);
      if (problem != null) {
        return problem;
      }
      from = to + 1;
    }
    return null;
  }

  private String parseParameter(
      MemorySegment memory, long name, long nameEnd, long value, long valueEnd) {
    problemCode = OciErrorCode.UNSUPPORTED;
    int nameLength = PercentEscapes.decode(memory, name, (int) (nameEnd - name));
    if (nameLength < 0) {
      return "a query parameter's name has a malformed or forbidden percent-escape";
    }
    boolean isNamespace = Octets.equals(memory, name, nameLength, NS);
    boolean isN = Octets.equals(memory, name, nameLength, N);
    boolean isLast = Octets.equals(memory, name, nameLength, LAST);
    boolean isArtifactType = Octets.equals(memory, name, nameLength, ARTIFACT_TYPE);
    if (!isNamespace && !isN && !isLast && !isArtifactType) {
      return null;
    }
    int length = PercentEscapes.decode(memory, value, (int) (valueEnd - value));
    if (length < 0) {
      return "a query parameter's value has a malformed or forbidden percent-escape";
    }
    if (isNamespace) {
      return takeNamespace(memory, value, length);
    }
    if (isN) {
      return takeN(memory, value, length);
    }
    return isLast ? takeLast(value, length) : takeArtifactType(value, length);
  }

  private String takeNamespace(MemorySegment memory, long offset, int length) {
    problemCode = OciErrorCode.NAME_INVALID;
    if (namespaceSeen) {
      return "the query has two ns parameters; send one";
    }
    namespaceSeen = true;
    if (length > 0 && !Authority.isRegistry(memory, offset, length)) {
      return "the ns parameter is not a registry's host with an optional port";
    }
    namespaceOffset = offset;
    namespaceLength = length;
    return null;
  }

  private String takeN(MemorySegment memory, long offset, int length) {
    if (nSeen) {
      return "the query has two n parameters; send one";
    }
    nSeen = true;
    long value = Octets.decimal(memory, offset, length);
    if (value < 0) {
      return "the n parameter is not a number; send digits only";
    }
    n = (int) Math.min(value, Integer.MAX_VALUE);
    return null;
  }

  private String takeLast(long offset, int length) {
    if (lastSeen) {
      return "the query has two last parameters; send one";
    }
    lastSeen = true;
    lastOffset = offset;
    lastLength = length;
    return null;
  }

  private String takeArtifactType(long offset, int length) {
    if (artifactTypeSeen) {
      return "the query has two artifactType parameters; send one";
    }
    artifactTypeSeen = true;
    artifactTypeOffset = offset;
    artifactTypeLength = length;
    return null;
  }

  /** The error code that goes with the sentence {@link #parse} returned. */
  String problemCode() {
    return problemCode;
  }

  long namespaceOffset() {
    return namespaceOffset;
  }

  int namespaceLength() {
    return namespaceLength;
  }

  int n() {
    return n;
  }

  long lastOffset() {
    return lastOffset;
  }

  int lastLength() {
    return lastLength;
  }

  long artifactTypeOffset() {
    return artifactTypeOffset;
  }

  int artifactTypeLength() {
    return artifactTypeLength;
  }
}
