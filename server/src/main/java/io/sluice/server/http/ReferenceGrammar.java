package io.sluice.server.http;

import java.lang.foreign.MemorySegment;

/** The grammars of the OCI distribution and image specifications for names, tags and digests. */
final class ReferenceGrammar {
  private ReferenceGrammar() {}

  /**
   * Whether the text is a repository's name: components of lowercase letters and digits, joined
   * within by a dot, one or two underscores or any number of dashes, separated by slashes.
   */
  static boolean isName(MemorySegment memory, long offset, int length) {
    if (length < 1 || length > HttpLimits.NAME_LENGTH_MAX) {
      return false;
    }
    int before = '/';
    int run = 0;
    for (int i = 0; i < length; i++) {
      int octet = Octets.at(memory, offset + i);
      boolean afterAlphanumeric = Octets.is(before, Octets.LOWER_ALPHANUMERIC);
      run = octet == before ? run + 1 : 1;
      boolean fits =
          switch (octet) {
            case '/', '.' -> afterAlphanumeric;
            case '-' -> afterAlphanumeric || before == '-';
            case '_' -> afterAlphanumeric || (before == '_' && run == 2);
            default -> Octets.is(octet, Octets.LOWER_ALPHANUMERIC);
          };
      if (!fits) {
        return false;
      }
      before = octet;
    }
    return Octets.is(before, Octets.LOWER_ALPHANUMERIC);
  }

  /** Whether the text is a tag: {@code [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}}. */
  static boolean isTag(MemorySegment memory, long offset, int length) {
    if (length < 1 || length > HttpLimits.TAG_LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      int octet = Octets.at(memory, offset + i);
      boolean inner = i > 0 && (octet == '.' || octet == '-');
      if (!inner && octet != '_' && !Octets.is(octet, Octets.ALPHANUMERIC)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the text is a digest of any algorithm: {@code
   * [a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+}.
   */
  static boolean isDigest(MemorySegment memory, long offset, int length) {
    int before = '.';
    int i = 0;
    for (; i < length; i++) {
      int octet = Octets.at(memory, offset + i);
      if (octet == ':') {
        break;
      }
      boolean joins = octet == '+' || octet == '.' || octet == '_' || octet == '-';
      boolean fits =
          joins
              ? Octets.is(before, Octets.LOWER_ALPHANUMERIC)
              : Octets.is(octet, Octets.LOWER_ALPHANUMERIC);
      if (!fits) {
        return false;
      }
      before = octet;
    }
    if (!Octets.is(before, Octets.LOWER_ALPHANUMERIC) || length - i < 2) {
      return false;
    }
    for (i++; i < length; i++) {
      int octet = Octets.at(memory, offset + i);
      if (octet != '=' && octet != '_' && octet != '-' && !Octets.is(octet, Octets.ALPHANUMERIC)) {
        return false;
      }
    }
    return true;
  }
}
