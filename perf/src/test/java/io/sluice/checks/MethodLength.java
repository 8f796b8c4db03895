package io.sluice.checks;

import com.sun.source.tree.MethodTree;

/** No method is longer than a screen. */
final class MethodLength extends SourceRule {
  private static final int METHOD_LINES_MAX = 70;

  @Override
  public Void visitMethod(MethodTree method, Void unused) {
    if (method.getBody() != null && lines(method.getBody()) > METHOD_LINES_MAX) {
      report(
          method,
          method.getName()
              + " has "
              + lines(method.getBody())
              + " lines, at most "
              + METHOD_LINES_MAX);
    }
    return super.visitMethod(method, unused);
  }
}
