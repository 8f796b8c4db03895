package io.sluice.server.http;

/**
 * The Date field's value, {@code Sun, 06 Nov 1994 08:49:37 GMT} (IMF-fixdate, RFC 9110 section
 * 5.6.7), kept formatted so that a response only copies it. One per event loop.
 */
public final class HttpDate {
  /** The length of the value in bytes. */
  public static final int LENGTH = 29;

  private static final byte[] TEMPLATE = Octets.ascii("Thu, 01 Jan 1970 00:00:00 GMT");
  private static final byte[] DAYS = Octets.ascii("ThuFriSatSunMonTueWed");
  private static final byte[] MONTHS = Octets.ascii("JanFebMarAprMayJunJulAugSepOctNovDec");
  private static final int SECONDS_PER_DAY = 86_400;
  private static final long EPOCH_SECONDS_MAX = 253_402_300_799L;

  private final byte[] text = TEMPLATE.clone();
  private long epochSeconds;

  /** Creates the date of the epoch; {@link #update} sets the current one. */
  public HttpDate() {}

  /**
   * Formats the time anew if it is in another second than before.
   *
   * @param nowEpochSeconds seconds since 1970-01-01 UTC; clamped to the years 1970 to 9999.
   */
  public void update(long nowEpochSeconds) {
    long seconds = Math.clamp(nowEpochSeconds, 0, EPOCH_SECONDS_MAX);
    if (seconds == epochSeconds) {
      return;
    }
    long day = seconds / SECONDS_PER_DAY;
    if (day != epochSeconds / SECONDS_PER_DAY) {
      formatDay(day);
    }
    int secondOfDay = (int) (seconds % SECONDS_PER_DAY);
    digits(17, 2, secondOfDay / 3600);
    digits(20, 2, secondOfDay / 60 % 60);
    digits(23, 2, secondOfDay % 60);
    epochSeconds = seconds;
  }

  /**
   * The proleptic Gregorian date of a day since the epoch, by counting from 0000-03-01, so that the
   * leap day is a year's last.
   */
  private void formatDay(long epochDay) {
    System.arraycopy(DAYS, (int) (epochDay % 7) * 3, text, 0, 3);
    long days = epochDay + 719_468;
    long era = days / 146_097;
    int dayOfEra = (int) (days % 146_097);
    int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int monthFromMarch = (5 * dayOfYear + 2) / 153;
    int dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
    int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    int year = (int) (era * 400) + yearOfEra + (month <= 2 ? 1 : 0);
    digits(5, 2, dayOfMonth);
    System.arraycopy(MONTHS, (month - 1) * 3, text, 8, 3);
    digits(12, 4, year);
  }

  private void digits(int index, int count, int value) {
    int rest = value;
    for (int i = index + count - 1; i >= index; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** The formatted value; the array is reused by {@link #update} and must not be written to. */
  public byte[] text() {
    return text;
  }
}
