package io.sluice.perf.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;

/**
 * Colours that can be told apart on white and on black. A contender has one in all conditions: what
 * comes after a comma or {@code in} changes the line, not its colour.
 */
final class Palette {
  private static final String OURS = "sluice";
  private static final Color[] OURS_COLOURS = {
    new Color(0x12a06b), new Color(0x7cc243), new Color(0x0e9a9a), new Color(0x5fd3a5)
  };
  private static final Color[] THEIR_COLOURS = {
    new Color(0xd6455d),
    new Color(0xe8912d),
    new Color(0x4f7fe0),
    new Color(0xa862d1),
    new Color(0xc9a400),
    new Color(0x2fa8d8),
    new Color(0xe06fb0),
    new Color(0x8c8c8c)
  };
  private static final float WIDTH = 2;
  private static final float[][] DASHES = {null, {6, 3}, {2, 2}, {9, 3, 2, 3}};

  private final List<String> ours = new ArrayList<>();
  private final List<String> theirs = new ArrayList<>();
  private final List<String> subjects;

  /**
   * Colours of some subjects.
   *
   * @param subjects all that are drawn, in order
   */
  Palette(List<String> subjects) {
    this.subjects = List.copyOf(subjects);
    for (String subject : subjects) {
      List<String> family = family(subject);
      if (!family.contains(contender(subject))) {
        family.add(contender(subject));
      }
    }
  }

  private List<String> family(String subject) {
    return subject.startsWith(OURS) ? ours : theirs;
  }

  private static String contender(String subject) {
    return subject.split(", | in ", 2)[0];
  }

  /** The colour of a subject. */
  Color colour(String subject) {
    Color[] colours = family(subject) == ours ? OURS_COLOURS : THEIR_COLOURS;
    return colours[family(subject).indexOf(contender(subject)) % colours.length];
  }

  /** The line of a subject. */
  BasicStroke line(String subject) {
    int variant = 0;
    for (String other : subjects.subList(0, subjects.indexOf(subject))) {
      variant += contender(other).equals(contender(subject)) ? 1 : 0;
    }
    float[] dash = DASHES[variant % DASHES.length];
    return new BasicStroke(WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
  }
}
