package io.sluice.containerd.hpack;

import java.util.ArrayList;
import java.util.List;

/** The fields of one header block, up to a limit. */
public final class HeaderList {
  private final int sizeMax;
  private final List<Header> fields = new ArrayList<>();
  private int size;
  private boolean tooLarge;

  /** An empty list that keeps fields up to a size in the sense of {@link Header#size}. */
  public HeaderList(int sizeMax) {
    this.sizeMax = sizeMax;
  }

  void add(Header field) {
    if (tooLarge || field.size() > sizeMax - size) {
      tooLarge = true;
      return;
    }
    size += field.size();
    fields.add(field);
  }

  /** Whether there was more than is kept. */
  public boolean isTooLarge() {
    return tooLarge;
  }

  /** Value of the first field of a name, or null. */
  public String firstOrNull(String name) {
    for (Header field : fields) {
      if (field.name().equals(name)) {
        return field.value();
      }
    }
    return null;
  }

  /** The fields in their order, not to be changed. */
  public List<Header> fields() {
    return fields;
  }

  /**
   * Whether names are such as HTTP/2 allows in an answer (RFC 9113 section 8.2): none empty or in
   * upper case, no pseudo-header but one {@code :status}, and that first.
   */
  public boolean isWellFormed() {
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).name();
      if (name.isEmpty() || name.startsWith(":") && !(i == 0 && name.equals(":status"))) {
        return false;
      }
      for (int j = 0; j < name.length(); j++) {
        char c = name.charAt(j);
        if (c <= ' ' || c >= 0x7f || c >= 'A' && c <= 'Z') {
          return false;
        }
      }
    }
    return true;
  }
}
