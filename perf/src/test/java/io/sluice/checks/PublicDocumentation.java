package io.sluice.checks;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import javax.lang.model.element.Modifier;

/** Public types and methods have Javadoc, unless they override something that has. */
final class PublicDocumentation extends SourceRule {
  @Override
  public Void visitClass(ClassTree type, Void unused) {
    if (isReachable(getCurrentPath()) && !isDocumented()) {
      report(type, type.getSimpleName() + " has no Javadoc");
    }
    return super.visitClass(type, unused);
  }

  @Override
  public Void visitMethod(MethodTree method, Void unused) {
    ClassTree type = (ClassTree) getCurrentPath().getParentPath().getLeaf();
    boolean publicMethod =
        method.getModifiers().getFlags().contains(Modifier.PUBLIC)
            || type.getKind() == Tree.Kind.INTERFACE
                && !method.getModifiers().getFlags().contains(Modifier.PRIVATE);
    if (publicMethod
        && isReachable(getCurrentPath().getParentPath())
        && !isOverride(method.getModifiers())
        && !isDocumented()) {
      report(method, method.getName() + " has no Javadoc");
    }
    return super.visitMethod(method, unused);
  }

  /** Whether code elsewhere can name the type: it and all around it are public. */
  private static boolean isReachable(TreePath path) {
    boolean reachable = true;
    for (TreePath at = path; at != null; at = at.getParentPath()) {
      if (at.getLeaf() instanceof ClassTree type) {
        boolean memberOfInterface =
            at.getParentPath().getLeaf() instanceof ClassTree outer
                && outer.getKind() == Tree.Kind.INTERFACE;
        reachable &= memberOfInterface || type.getModifiers().getFlags().contains(Modifier.PUBLIC);
      } else if (at.getLeaf() instanceof MethodTree) {
        return false;
      }
    }
    return reachable;
  }

  private static boolean isOverride(ModifiersTree modifiers) {
    for (AnnotationTree annotation : modifiers.getAnnotations()) {
      if (annotation.getAnnotationType().toString().equals("Override")) {
        return true;
      }
    }
    return false;
  }
}
