package io.sluice.ring;

import io.sluice.linux.LinuxException;

/** io_uring cannot be used here; says who forbids it and what to do. */
public final class UringUnavailableException extends LinuxException {
  private static final long serialVersionUID = 1L;

  private final UringAvailability availability;

  UringUnavailableException(
      UringAvailability availability, String call, String arguments, int errno) {
    super(call, arguments, errno, availability.finding() + ". " + availability.remedy());
    this.availability = availability;
  }

  /** The reason. */
  public UringAvailability availability() {
    return availability;
  }
}
