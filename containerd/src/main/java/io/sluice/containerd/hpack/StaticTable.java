package io.sluice.containerd.hpack;

/** The fields that need not be sent, RFC 7541 appendix A. */
final class StaticTable {
  /** A field a line, name and value separated by the first space. */
  private static final String TEXT =
      """
      :authority
      :method GET
      :method POST
      :path /
      :path /index.html
      :scheme http
      :scheme https
      :status 200
      :status 204
      :status 206
      :status 304
      :status 400
      :status 404
      :status 500
      accept-charset
      accept-encoding gzip, deflate
      accept-language
      accept-ranges
      accept
      access-control-allow-origin
      age
      allow
      authorization
      cache-control
      content-disposition
      content-encoding
      content-language
      content-length
      content-location
      content-range
      content-type
      cookie
      date
      etag
      expect
      expires
      from
      host
      if-match
      if-modified-since
      if-none-match
      if-range
      if-unmodified-since
      last-modified
      link
      location
      max-forwards
      proxy-authenticate
      proxy-authorization
      range
      referer
      refresh
      retry-after
      server
      set-cookie
      strict-transport-security
      transfer-encoding
      user-agent
      vary
      via
      www-authenticate
      """;

  private static final Header[] FIELDS;

  static {
    String[] lines = TEXT.strip().split("\n");
    FIELDS = new Header[lines.length];
    for (int i = 0; i < lines.length; i++) {
      int space = lines[i].indexOf(' ');
      FIELDS[i] =
          space < 0
              ? new Header(lines[i], "")
              : new Header(lines[i].substring(0, space), lines[i].substring(space + 1));
    }
  }

  private StaticTable() {}

  /** How many there are; indices begin at 1. */
  static int length() {
    return FIELDS.length;
  }

  /** The field of an index from 1 to {@link #length}. */
  static Header get(int index) {
    return FIELDS[index - 1];
  }

  /** Index of a field with this name and value, or zero. */
  static int indexOf(String name, String value) {
    for (int i = 0; i < FIELDS.length; i++) {
      if (FIELDS[i].name().equals(name) && FIELDS[i].value().equals(value)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** Index of the first field with this name, or zero. */
  static int indexOf(String name) {
    for (int i = 0; i < FIELDS.length; i++) {
      if (FIELDS[i].name().equals(name)) {
        return i + 1;
      }
    }
    return 0;
  }
}
