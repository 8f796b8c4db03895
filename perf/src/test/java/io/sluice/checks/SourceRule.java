package io.sluice.checks;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.TreePathScanner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks for one kind of fault in parsed sources. */
abstract class SourceRule extends TreePathScanner<Void, Void> {
  private final List<String> found = new ArrayList<>();
  private CompilationUnitTree unit;
  private DocTrees trees;

  /** Looks through one file. */
  final void scan(CompilationUnitTree source, DocTrees docTrees) {
    unit = source;
    trees = docTrees;
    scan(source, (Void) null);
  }

  /** The faults so far, as {@code file:line: what}. */
  final List<String> found() {
    return found;
  }

  /** Notes a fault at {@code tree}. */
  final void report(Tree tree, String what) {
    long position = trees.getSourcePositions().getStartPosition(unit, tree);
    long line = unit.getLineMap().getLineNumber(position);
    found.add(Sources.root().relativize(file()) + ":" + line + ": " + what);
  }

  /** The file being looked at. */
  final Path file() {
    return Path.of(unit.getSourceFile().toUri());
  }

  /** How many lines {@code tree} takes, from its first to its last character. */
  final long lines(Tree tree) {
    long start = trees.getSourcePositions().getStartPosition(unit, tree);
    long end = trees.getSourcePositions().getEndPosition(unit, tree);
    return unit.getLineMap().getLineNumber(end) - unit.getLineMap().getLineNumber(start) + 1;
  }

  /** Whether the element at the current path has a documentation comment. */
  final boolean isDocumented() {
    return trees.getDocComment(getCurrentPath()) != null;
  }
}
