package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/**
 * What a request's target asks for, by the pull and content discovery categories of the OCI
 * distribution specification. A flyweight; its offsets are absolute.
 *
 * <p>Percent-escapes are decoded in place: parse a head's target once only, and do not read it as
 * text afterwards. Escapes of slashes, backslashes and control characters are refused, as are dot
 * segments and empty segments, escaped or not, so that no two readers can disagree about a path. A
 * plus sign stands for itself (RFC 3986), as media types need.
 */
public final class RegistryTarget {
  /** Not a valid target; answer with {@link #problemStatus()}. */
  public static final int INVALID = 0;

  /** A path this server does not have; answer with 404. */
  public static final int UNKNOWN = 1;

  /** {@code /v2/} or {@code /v2}. */
  public static final int BASE = 2;

  /** {@code /v2/<name>/manifests/<tag>}. */
  public static final int MANIFEST_BY_TAG = 3;

  /** {@code /v2/<name>/manifests/<digest>}. */
  public static final int MANIFEST_BY_DIGEST = 4;

  /** {@code /v2/<name>/blobs/<digest>}. */
  public static final int BLOB = 5;

  /** {@code /v2/<name>/tags/list}. */
  public static final int TAGS_LIST = 6;

  /** {@code /v2/<name>/referrers/<digest>}. */
  public static final int REFERRERS = 7;

  /** {@code /livez}. */
  public static final int LIVEZ = 8;

  /** {@code /readyz}. */
  public static final int READYZ = 9;

  /** The number of kinds; kinds are 0 to this, exclusive. */
  public static final int KIND_COUNT = 10;

  private static final byte[] HTTP = Octets.ascii("http://");
  private static final byte[] HTTPS = Octets.ascii("https://");
  private static final byte[] V2 = Octets.ascii("/v2");
  private static final byte[] V2_SLASH = Octets.ascii("/v2/");
  private static final byte[] PATH_LIVEZ = Octets.ascii("/livez");
  private static final byte[] PATH_READYZ = Octets.ascii("/readyz");
  private static final byte[] MANIFESTS = Octets.ascii("manifests");
  private static final byte[] BLOBS = Octets.ascii("blobs");
  private static final byte[] TAGS = Octets.ascii("tags");
  private static final byte[] LIST = Octets.ascii("list");
  private static final byte[] REFERRERS_SEGMENT = Octets.ascii("referrers");

  private final TargetQuery query = new TargetQuery();
  private final DigestKey digest = new DigestKey();

  private String problem;
  private String problemCode;
  private int problemStatus;
  private long pathOffset;
  private int pathLength;
  private long nameOffset;
  private int nameLength;
  private long referenceOffset;
  private int referenceLength;
  private long lastSegment;
  private long secondLastSegment;

  /** Creates a flyweight without a target. */
  public RegistryTarget() {
    clear();
  }

  private void clear() {
    problem = null;
    problemCode = null;
    problemStatus = 0;
    nameOffset = 0;
    nameLength = 0;
    referenceOffset = 0;
    referenceLength = 0;
    digest.clear();
    query.clear();
  }

  /**
   * Parses the target of a request whose head was accepted; may write within the target.
   *
   * @param memory the memory that holds the request.
   * @param head the request's head.
   * @return one of the kinds, {@link #INVALID} to {@link #READYZ}.
   */
  public int parse(MemorySegment memory, RequestHead head) {
    return parse(memory, head.targetOffset(), head.targetLength());
  }

  /** As {@link #parse(MemorySegment, RequestHead)}, for a target at any place. */
  int parse(MemorySegment memory, long offset, int length) {
    clear();
    int prefix = authorityLength(memory, offset, length);
    if (prefix < 0) {
      return fail(
          400,
          OciErrorCode.UNSUPPORTED,
          "the request target is neither a path nor an http URL with a host");
    }
    long end = offset + length;
    pathOffset = offset + prefix;
    long pathEnd = indexOf(memory, pathOffset, end, '?');
    pathLength = PercentEscapes.decodePath(memory, pathOffset, (int) (pathEnd - pathOffset));
    if (pathLength < 0) {
      return fail(
          400, OciErrorCode.NAME_INVALID, "the path has a malformed or forbidden percent-escape");
    }
    int kind = parsePath(memory);
    if (pathEnd < end && kind >= BASE && kind <= REFERRERS) {
      String malformed = query.parse(memory, pathEnd + 1, end);
      if (malformed != null) {
        return fail(400, query.problemCode(), malformed);
      }
    }
    return kind;
  }

  /**
   * The length of scheme and authority before the path: 0 in origin-form, -1 when the target is in
   * neither origin-form nor absolute-form (RFC 9112 section 3.2).
   */
  private static int authorityLength(MemorySegment memory, long offset, int length) {
    if (length > 0 && Octets.at(memory, offset) == '/') {
      return 0;
    }
    int scheme;
    if (Octets.startsWithIgnoreCase(memory, offset, length, HTTP)) {
      scheme = HTTP.length;
    } else if (Octets.startsWithIgnoreCase(memory, offset, length, HTTPS)) {
      scheme = HTTPS.length;
    } else {
      return -1;
    }
    int end = scheme;
    while (end < length
        && Octets.at(memory, offset + end) != '/'
        && Octets.at(memory, offset + end) != '?') {
      end++;
    }
    boolean valid = end > scheme && Authority.isValid(memory, offset + scheme, end - scheme);
    return valid && Octets.at(memory, offset + scheme) != ':' ? end : -1;
  }

  private static long indexOf(MemorySegment memory, long start, long end, int octet) {
    long position = start;
    while (position < end && Octets.at(memory, position) != octet) {
      position++;
    }
    return position;
  }

  private int parsePath(MemorySegment memory) {
    if (!findSegments(memory)) {
      return fail(
          400,
          OciErrorCode.NAME_INVALID,
          "the path has an empty segment or a dot segment; drop it");
    }
    if (pathIs(memory, V2) || pathIs(memory, V2_SLASH)) {
      return BASE;
    }
    if (pathLength > V2_SLASH.length
        && Octets.equals(memory, pathOffset, V2_SLASH.length, V2_SLASH)) {
      return parseRepositoryPath(memory);
    }
    if (pathIs(memory, PATH_LIVEZ)) {
      return LIVEZ;
    }
    return pathIs(memory, PATH_READYZ) ? READYZ : UNKNOWN;
  }

  private boolean pathIs(MemorySegment memory, byte[] text) {
    return Octets.equals(memory, pathOffset, pathLength, text);
  }

  /**
   * Finds the path's last two segments, and checks that none is empty or consists of dots; the last
   * one may be empty.
   */
  private boolean findSegments(MemorySegment memory) {
    int segment = 1;
    secondLastSegment = pathOffset + segment;
    lastSegment = pathOffset + segment;
    while (segment <= pathLength) {
      int end = segment;
      // An int counts: the compiler gives a loop over a long up and takes it on again without end.
      while (end < pathLength && Octets.at(memory, pathOffset + end) != '/') {
        end++;
      }
      if (isDots(memory, segment, end) || (end == segment && end < pathLength)) {
        return false;
      }
      secondLastSegment = lastSegment;
      lastSegment = pathOffset + segment;
      segment = end + 1;
    }
    return true;
  }

  private boolean isDots(MemorySegment memory, int segment, int end) {
    int length = end - segment;
    return (length == 1 || length == 2)
        && Octets.at(memory, pathOffset + segment) == '.'
        && Octets.at(memory, pathOffset + end - 1) == '.';
  }

  /**
   * Resolves the path by its last two segments, since a repository's name may itself contain words
   * such as "manifests" or "blobs".
   */
  private int parseRepositoryPath(MemorySegment memory) {
    int length = (int) (lastSegment - 1 - secondLastSegment);
    referenceOffset = lastSegment;
    referenceLength = (int) (pathOffset + pathLength - lastSegment);
    if (length == MANIFESTS.length && segmentIs(memory, length, MANIFESTS)) {
      return nameIsValid(memory) ? parseReference(memory) : INVALID;
    }
    if (length == BLOBS.length && segmentIs(memory, length, BLOBS)) {
      return nameIsValid(memory) ? parseDigest(memory, BLOB) : INVALID;
    }
    if (length == TAGS.length
        && segmentIs(memory, length, TAGS)
        && Octets.equals(memory, referenceOffset, referenceLength, LIST)) {
      referenceOffset = 0;
      referenceLength = 0;
      return nameIsValid(memory) ? TAGS_LIST : INVALID;
    }
    if (length == REFERRERS_SEGMENT.length && segmentIs(memory, length, REFERRERS_SEGMENT)) {
      return nameIsValid(memory) ? parseDigest(memory, REFERRERS) : INVALID;
    }
    referenceOffset = 0;
    referenceLength = 0;
    return UNKNOWN;
  }

  private boolean segmentIs(MemorySegment memory, int length, byte[] text) {
    return Octets.equals(memory, secondLastSegment, length, text);
  }

  private boolean nameIsValid(MemorySegment memory) {
    nameOffset = pathOffset + V2_SLASH.length;
    nameLength = (int) Math.max(0, secondLastSegment - 1 - nameOffset);
    if (ReferenceGrammar.isName(memory, nameOffset, nameLength)) {
      return true;
    }
    fail(
        400,
        OciErrorCode.NAME_INVALID,
        nameLength > HttpLimits.NAME_LENGTH_MAX
            ? "the repository name is longer than " + HttpLimits.NAME_LENGTH_MAX + " bytes"
            : "the repository name is not lowercase letters and digits joined by . _ __ - or /");
    return false;
  }

  private int parseReference(MemorySegment memory) {
    if (ReferenceGrammar.isTag(memory, referenceOffset, referenceLength)) {
      return MANIFEST_BY_TAG;
    }
    long end = referenceOffset + referenceLength;
    if (indexOf(memory, referenceOffset, end, ':') < end) {
      return parseDigest(memory, MANIFEST_BY_DIGEST);
    }
    // Not 400: the specification's conformance tests ask for a malformed tag as one that does not
    // exist.
    return fail(
        404,
        OciErrorCode.MANIFEST_UNKNOWN,
        "no manifest can have this tag: it is not 1 to "
            + HttpLimits.TAG_LENGTH_MAX
            + " letters, digits or . _ -");
  }

  private int parseDigest(MemorySegment memory, int kind) {
    if (digest.parse(memory, referenceOffset, referenceLength)) {
      return kind;
    }
    boolean otherAlgorithm =
        ReferenceGrammar.isDigest(memory, referenceOffset, referenceLength)
            && !DigestKey.hasAlgorithmPrefix(memory, referenceOffset, referenceLength);
    return fail(
        400,
        OciErrorCode.DIGEST_INVALID,
        otherAlgorithm
            ? "unsupported digest algorithm"
            : "the digest is not sha256: and 64, or sha512: and 128, lowercase hexadecimal digits");
  }

  private int fail(int status, String code, String sentence) {
    problemStatus = status;
    problemCode = code;
    problem = sentence;
    return INVALID;
  }

  /** Why the target is {@link #INVALID}, a constant sentence; null when it is not. */
  public String problem() {
    return problem;
  }

  /** The {@link OciErrorCode} for an {@link #INVALID} target; null when it is not. */
  public String problemCode() {
    return problemCode;
  }

  /**
   * The status for an {@link #INVALID} target: 400, or 404 for a malformed tag, which the
   * specification's conformance tests expect; 0 when the target is not invalid.
   */
  public int problemStatus() {
    return problemStatus;
  }

  /** The offset of the repository's name in memory. */
  public long nameOffset() {
    return nameOffset;
  }

  /** The length of the repository's name in bytes; 0 when the kind has none. */
  public int nameLength() {
    return nameLength;
  }

  /** The offset of the tag or digest in memory. */
  public long referenceOffset() {
    return referenceOffset;
  }

  /** The length of the tag or digest in bytes; 0 when the kind has none. */
  public int referenceLength() {
    return referenceLength;
  }

  /** The digest, empty when the kind has none. Reused by the next parse. */
  public DigestKey digest() {
    return digest;
  }

  /** The offset of the {@code ns} parameter in memory: host and port of the registry meant. */
  public long namespaceOffset() {
    return query.namespaceOffset();
  }

  /** The length of the {@code ns} parameter in bytes; 0 without one. */
  public int namespaceLength() {
    return query.namespaceLength();
  }

  /** The {@code n} parameter: how many results are asked for, saturating; -1 without one. */
  public int n() {
    return query.n();
  }

  /** The offset of the {@code last} parameter in memory. */
  public long lastOffset() {
    return query.lastOffset();
  }

  /** The length of the {@code last} parameter in bytes; 0 without one. */
  public int lastLength() {
    return query.lastLength();
  }

  /** The offset of the {@code artifactType} parameter in memory. */
  public long artifactTypeOffset() {
    return query.artifactTypeOffset();
  }

  /** The length of the {@code artifactType} parameter in bytes; 0 without one. */
  public int artifactTypeLength() {
    return query.artifactTypeLength();
  }
}
