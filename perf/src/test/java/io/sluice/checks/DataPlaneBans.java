package io.sluice.checks;

import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Modifier;

/**
 * What the data plane does without: it allocates nothing after start and waits for nobody. Arrays
 * may be made where objects are, in constructors and initialisers, and in {@code toString}, which
 * is for people.
 */
final class DataPlaneBans extends SourceRule {
  private static final List<String> PACKAGES =
      List.of(
          "/io/sluice/ring/",
          "/io/sluice/server/http/",
          "/io/sluice/server/loop/",
          "/io/sluice/server/transfer/",
          "/io/sluice/server/relay/");

  private static final Set<String> NAMES = Set.of("Optional", "ThreadLocal");
  private static final Set<String> SELECTIONS = Set.of("String.format", "Arena.ofAuto");
  private static final List<String> IMPORTS =
      List.of("java.util.concurrent.locks.", "java.util.stream.");

  /** A file's name, and the bans lifted there. Each entry says why. */
  private static final Map<String, Set<String>> EXCEPTIONS =
      Map.of(
          // Probed once before the first loop starts; its table is for people.
          "UringFeatures.java", Set.of("String.format"),
          // A table of character classes, filled once when the class is initialised.
          "Octets.java", Set.of("new byte["));

  /** Whether {@code file} belongs to the data plane. */
  static boolean appliesTo(Path file) {
    return PACKAGES.stream().anyMatch(file.toString()::contains);
  }

  @Override
  public Void visitNewArray(NewArrayTree array, Void unused) {
    Tree type = array.getType();
    if (type != null && type.toString().equals("byte") && isInsideMethod(getCurrentPath())) {
      ban(array, "new byte[");
    }
    return super.visitNewArray(array, unused);
  }

  @Override
  public Void visitIdentifier(IdentifierTree identifier, Void unused) {
    if (NAMES.contains(identifier.getName().toString())) {
      ban(identifier, identifier.getName().toString());
    }
    return super.visitIdentifier(identifier, unused);
  }

  @Override
  public Void visitMemberSelect(MemberSelectTree selection, Void unused) {
    if (SELECTIONS.contains(selection.toString())) {
      ban(selection, selection.toString());
    }
    return super.visitMemberSelect(selection, unused);
  }

  @Override
  public Void visitImport(ImportTree imported, Void unused) {
    String name = imported.getQualifiedIdentifier().toString();
    for (String prefix : IMPORTS) {
      if (name.startsWith(prefix)) {
        ban(imported, name);
      }
    }
    return super.visitImport(imported, unused);
  }

  @Override
  public Void visitSynchronized(SynchronizedTree block, Void unused) {
    ban(block, "synchronized");
    return super.visitSynchronized(block, unused);
  }

  @Override
  public Void visitMethod(MethodTree method, Void unused) {
    if (method.getModifiers().getFlags().contains(Modifier.SYNCHRONIZED)) {
      ban(method, "synchronized");
    }
    return super.visitMethod(method, unused);
  }

  private void ban(Tree tree, String what) {
    Set<String> lifted = EXCEPTIONS.getOrDefault(file().getFileName().toString(), Set.of());
    if (!lifted.contains(what)) {
      report(tree, "the data plane does without " + what);
    }
  }

  private static boolean isInsideMethod(TreePath path) {
    for (TreePath at = path; at != null; at = at.getParentPath()) {
      if (at.getLeaf() instanceof MethodTree method) {
        return !method.getName().contentEquals("<init>")
            && !method.getName().contentEquals("toString");
      }
    }
    return false;
  }
}
