package io.sluice.perf.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;

/** Writes "one in so many" as a percentile: 10 is 90, 1000 is 99.9. */
final class PercentileFormat extends NumberFormat {
  private static final long serialVersionUID = 1;
  private static final MathContext DIGITS = new MathContext(9);

  @Override
  public StringBuffer format(double oneIn, StringBuffer to, FieldPosition position) {
    BigDecimal percent = BigDecimal.valueOf(100 - 100 / oneIn).round(DIGITS).stripTrailingZeros();
    return to.append(percent.toPlainString()).append(" %");
  }

  @Override
  public StringBuffer format(long oneIn, StringBuffer to, FieldPosition position) {
    return format((double) oneIn, to, position);
  }

  @Override
  public Number parse(String text, ParsePosition position) {
    throw new UnsupportedOperationException("percentiles are only written");
  }
}
