package io.sluice.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Files are short, methods fit on a screen, what is public is documented, notes to self are gone.
 */
class TidyTest {
  private static final int LINE_COLUMNS_MAX = 100;

  /** What ships is one noun a file; tests have tables and stories. */
  private static final int MAIN_FILE_LINES_MAX = 400;

  private static final int TEST_FILE_LINES_MAX = 500;

  private static final List<String> NOTES_TO_SELF = List.of("TODO", "FIXME", "XXX", "HACK");

  @Test
  void linesAndFilesAreShort() throws IOException {
    List<String> found = new ArrayList<>();
    List<Path> main = Sources.main();
    for (Path file : Sources.all()) {
      List<String> lines = Files.readAllLines(file);
      int linesMax = main.contains(file) ? MAIN_FILE_LINES_MAX : TEST_FILE_LINES_MAX;
      if (lines.size() > linesMax) {
        found.add(name(file) + ": " + lines.size() + " lines, at most " + linesMax);
      }
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        // An address or an import cannot be broken.
        boolean breakable = !line.startsWith("import ") && !line.contains("://");
        if (breakable && line.codePointCount(0, line.length()) > LINE_COLUMNS_MAX) {
          found.add(name(file) + ":" + (i + 1) + ": more than " + LINE_COLUMNS_MAX + " columns");
        }
      }
    }
    assertNone(found);
  }

  @Test
  void nobodyLeftNotesToSelf() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : Sources.all()) {
      if (file.endsWith("TidyTest.java")) {
        continue;
      }
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        for (String note : NOTES_TO_SELF) {
          if (lines.get(i).matches(".*\\b" + note + "\\b.*")) {
            found.add(name(file) + ":" + (i + 1) + ": " + note);
          }
        }
      }
    }
    assertNone(found);
  }

  @Test
  void methodsFitOnAScreen() throws IOException {
    assertNone(scan(Sources.all(), new MethodLength()));
  }

  @Test
  void whatIsPublicIsDocumented() throws IOException {
    assertNone(scan(Sources.main(), new PublicDocumentation()));
  }

  @Test
  void theDataPlaneUsesNothingThatAllocatesOrWaits() throws IOException {
    List<Path> dataPlane = new ArrayList<>();
    for (Path file : Sources.main()) {
      if (DataPlaneBans.appliesTo(file)) {
        dataPlane.add(file);
      }
    }
    assertNone(scan(dataPlane, new DataPlaneBans()));
  }

  private static List<String> scan(List<Path> files, SourceRule rule) throws IOException {
    if (files.isEmpty()) {
      return List.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        rule.scan(unit, trees);
      }
    }
    return rule.found();
  }

  private static void assertNone(List<String> found) {
    assertEquals("", String.join("\n", found));
  }

  private static String name(Path file) {
    return Sources.root().relativize(file).toString();
  }
}
