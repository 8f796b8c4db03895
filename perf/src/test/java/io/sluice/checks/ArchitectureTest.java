package io.sluice.checks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who may use whom: {@code perf -> server -> {routing, containerd, native-bindings}}, arrows down
 * only.
 */
class ArchitectureTest {
  private static final String[] NATIVE = {
    "io.sluice.ring..", "io.sluice.linux..", "io.sluice.memory.."
  };
  private static final String[] DATA_PLANE = {
    "io.sluice.ring..",
    "io.sluice.server.http..",
    "io.sluice.server.loop..",
    "io.sluice.server.transfer..",
    "io.sluice.server.relay.."
  };

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.sluice");
  }

  @Test
  void nativeBindingsDependOnNothingOfOurs() {
    noClasses()
        .that()
        .resideInAnyPackage(NATIVE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sluice.server..",
            "io.sluice.routing..",
            "io.sluice.containerd..",
            "io.sluice.perf..")
        .because("they are the door to Linux and can be used on their own")
        .check(classes);
  }

  @Test
  void routingSeesNeitherTheNativeLayerNorTheServer() {
    noClasses()
        .that()
        .resideInAPackage("io.sluice.routing..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sluice.ring..",
            "io.sluice.linux..",
            "io.sluice.memory..",
            "io.sluice.containerd..",
            "io.sluice.server..",
            "io.sluice.perf..")
        .because("routing is plain Java on the JDK")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void theContainerdClientDependsOnNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage("io.sluice.containerd..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sluice.ring..",
            "io.sluice.linux..",
            "io.sluice.memory..",
            "io.sluice.routing..",
            "io.sluice.server..",
            "io.sluice.perf..")
        .because("it is plain Java on the JDK and can be used on its own")
        .check(classes);
  }

  @Test
  void howContainerdIsAskedStaysBehindItsInterface() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.sluice.containerd..", "io.sluice.perf..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sluice.containerd.hpack..",
            "io.sluice.containerd.http2..",
            "io.sluice.containerd.protobuf..")
        .because("Connection is the door, for all but a harness that stands in for containerd")
        .check(classes);
  }

  @Test
  void theServerDoesNotKnowItsHarness() {
    noClasses()
        .that()
        .resideInAPackage("io.sluice.server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.sluice.perf..")
        .because("arrows point down")
        .check(classes);
  }

  @Test
  void theDataPlaneNeitherLocksNorAllocatesBehindTheReadersBack() {
    noClasses()
        .that()
        .resideInAnyPackage(DATA_PLANE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent.locks..", "java.util.stream..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(CompletableFuture.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Optional.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocal.class)
        .because("a loop allocates nothing after start and never waits for another thread")
        .check(classes);
  }

  @Test
  void generatedBindingsStayBehindTheLayerOverThem() {
    noClasses()
        .that()
        .resideOutsideOfPackages(NATIVE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.sluice.linux.generated..")
        .because("errno and structure layouts are the native layer's business")
        .check(classes);
  }

  @Test
  void picocliStaysInTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.sluice.server.cli..", "io.sluice.perf..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .because("it is let go before a node starts")
        .check(classes);
  }
}
