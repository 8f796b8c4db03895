package io.sluice.linux;

import io.sluice.linux.generated.utsname;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A kernel release, such as 6.1 out of {@code 6.1.0-37-amd64}. */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
  private static final Pattern RELEASE = Pattern.compile("(\\d{1,5})\\.(\\d{1,5}).*");

  /** The running kernel's, from {@code uname(2)}. */
  public static KernelVersion running() {
    return parse(release());
  }

  /** The running kernel's release in full, from {@code uname(2)}. */
  public static String release() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = utsname.allocate(arena);
      int result = Linux.uname(CallState.ofThread(), name);
      if (result < 0) {
        throw new LinuxException("uname", "", -result);
      }
      return utsname.release(name).getString(0);
    }
  }

  /**
   * Reads the first two numbers of a release.
   *
   * @throws IllegalArgumentException when {@code release} does not start with two numbers
   */
  public static KernelVersion parse(String release) {
    Matcher matcher = RELEASE.matcher(release);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("Not a kernel release: '" + release + "'");
    }
    return new KernelVersion(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Whether this is {@code major.minor} or newer. */
  public boolean isAtLeast(int major, int minor) {
    return compareTo(new KernelVersion(major, minor)) >= 0;
  }

  @Override
  public int compareTo(KernelVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
