package io.sluice.server.config;

import java.util.Locale;
import java.util.Optional;

/** How blobs are read from disk, and so what the page cache is left with. */
public enum ReadMode {
  /**
   * What is resident is sent from the page cache, what is not is read past it; where a file system
   * refuses {@code O_DIRECT}, as {@link #DONTCACHE}.
   */
  AUTO(true, true, false),

  /** Everything is read past the page cache, where the file system allows it. */
  DIRECT(false, true, false),

  /**
   * Everything is read through the page cache, and dropped from it afterwards: with {@code
   * RWF_DONTCACHE} where kernel and file system know it, else with {@code POSIX_FADV_DONTNEED}.
   */
  DONTCACHE(false, false, false),

  /** Everything is read through the page cache and stays there, as long as the kernel wants. */
  BUFFERED(true, false, true);

  private final boolean sendsResident;
  private final boolean direct;
  private final boolean keepsPages;

  ReadMode(boolean sendsResident, boolean direct, boolean keepsPages) {
    this.sendsResident = sendsResident;
    this.direct = direct;
    this.keepsPages = keepsPages;
  }

  /** Whether ranges that are in the page cache are sent from there. */
  public boolean sendsResident() {
    return sendsResident;
  }

  /** Whether reads go past the page cache, where the file system allows it. */
  public boolean isDirect() {
    return direct;
  }

  /** Whether pages that were read may stay in the page cache. */
  public boolean keepsPages() {
    return keepsPages;
  }

  /** The mode that an operator calls {@code name}. */
  public static Optional<ReadMode> parse(String name) {
    for (ReadMode mode : values()) {
      if (mode.toString().equals(name.toLowerCase(Locale.ROOT))) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  /** As an operator writes it, such as {@code auto}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
