package io.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.linux.generated.Libc;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The generated layouts and constants against those that gcc makes of the headers installed here,
 * or of those that the environment variable {@code HEADERS} names, as for {@code regenerate.sh}.
 * What headers older than the ones we generated from lack is left out by name.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("kernel")
class LayoutTest {
  private static final Path INCLUDES = Path.of("src/main/jextract");
  private static final String GENERATED = Libc.class.getPackageName() + ".";
  private static final String ANONYMOUS = "$anon$";

  /**
   * Members that Linux 6.1's headers lack; we use none of them. Compared where headers have all.
   */
  private static final Set<String> NEWER_MEMBERS =
      Set.of(
          "user_addr",
          "attr_ptr",
          "attr_type_mask",
          "futex_flags",
          "install_fd_flags",
          "level",
          "nop_flags",
          "optlen",
          "optname",
          "optval",
          "pipe_flags",
          "waitid_flags",
          "write_stream",
          "zcrx_ifq_idx",
          "stx_atomic_write_segments_max",
          "stx_atomic_write_unit_max",
          "stx_atomic_write_unit_max_opt",
          "stx_atomic_write_unit_min",
          "stx_dio_read_offset_align",
          "stx_subvol");

  /** A macro of the headers that we generated from. */
  private static final String NEWEST_MACRO = "IORING_SETUP_SQ_REWIND";

  /** A macro that is always there. */
  private static final String ANY_MACRO = "__linux__";

  /** Reserved members, which each release cuts anew. */
  private static final Pattern RESERVED = Pattern.compile("_*(pad|spare|resv|unused)\\d*");

  /** Constants that the headers of Linux 6.1 lack; all are macros. */
  private static final Set<String> NEWER_CONSTANTS =
      Set.of("__NR_cachestat", "IORING_SETUP_NO_SQARRAY", "RWF_DONTCACHE");

  private final Map<String, Long> expected = new TreeMap<>();
  private Map<String, String> actual;

  @BeforeAll
  void askGcc(@TempDir Path directory) throws Exception {
    StringBuilder program = new StringBuilder();
    program.append("#include \"server.h\"\n#include <stddef.h>\n#include <stdio.h>\n");
    program.append("#include <string.h>\nint main(void) {\n");
    for (String name : included("constant")) {
      addConstant(program, name);
    }
    for (String name : included("struct")) {
      addStructure(program, name);
    }
    for (Field field : Errno.class.getFields()) {
      addErrno(program, field);
    }
    for (Field field : SystemCall.class.getDeclaredFields()) {
      addSystemCall(program, field);
    }
    program.append("return 0;\n}\n");
    actual = run(directory, program.toString());
  }

  @Test
  void layoutsAndConstantsAreThoseOfTheHeaders() {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, Long> entry : expected.entrySet()) {
      String value = actual.get(entry.getKey());
      if (value != null && Long.parseLong(value) != entry.getValue()) {
        wrong.add(entry.getKey() + ": gcc " + value + ", here " + entry.getValue());
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void nothingIsMissingButWhatIsKnownToBeNewer() {
    List<String> missing = new ArrayList<>(expected.keySet());
    missing.removeAll(actual.keySet());
    missing.removeIf(LayoutTest::isNewer);
    assertEquals(List.of(), missing);
  }

  @Test
  void everythingWeUseIsCompared() {
    for (String item :
        List.of(
            "offset io_uring_sqe.user_data",
            "offset io_uring_sqe.buf_index",
            "offset io_uring_params.sq_off.array",
            "offset io_uring_cqe.flags",
            "offset statx.stx_size",
            "offset sockaddr_in6.sin6_addr",
            "size __kernel_timespec",
            "constant O_DIRECT",
            "errno ETIME",
            "system call MMAP")) {
      assertTrue(actual.containsKey(item), item);
    }
  }

  @Test
  void errorsAreDescribedAsTheSystemDoes() {
    assertFalse(Errno.describe(Errno.EPERM).isEmpty());
    for (Map.Entry<String, String> entry : actual.entrySet()) {
      if (entry.getKey().startsWith("text ")) {
        int errno = Integer.parseInt(entry.getKey().substring("text ".length()));
        assertEquals(entry.getValue(), Errno.describe(errno));
      }
    }
  }

  @Test
  void errorsHaveTheirOwnNames() throws IllegalAccessException {
    for (Field field : Errno.class.getFields()) {
      assertEquals(field.getName(), Errno.name(field.getInt(null)));
    }
  }

  private static boolean isNewer(String item) {
    String name = item.substring(Math.max(item.lastIndexOf(' '), item.lastIndexOf('.')) + 1);
    return NEWER_MEMBERS.contains(name) || NEWER_CONSTANTS.contains(name);
  }

  private static List<String> included(String kind) throws IOException {
    String prefix = "--include-" + kind + " ";
    return Files.readAllLines(INCLUDES.resolve("includes.txt")).stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  private void addConstant(StringBuilder program, String name) throws ReflectiveOperationException {
    Object value = Libc.class.getMethod(name).invoke(null);
    String item = "constant " + name;
    expected.put(item, ((Number) value).longValue());
    // Java has no unsigned int: a large one came out negative.
    String type = value instanceof Integer ? "int" : "long";
    String line = print(item, "(long long) (" + type + ") " + name);
    String macro = NEWER_CONSTANTS.contains(name) ? name : ANY_MACRO;
    program.append("#ifdef ").append(macro).append('\n').append(line).append("#endif\n");
  }

  private void addStructure(StringBuilder program, String name)
      throws ReflectiveOperationException {
    GroupLayout layout =
        (GroupLayout) Class.forName(GENERATED + name).getMethod("layout").invoke(null);
    expected.put("size " + name, layout.byteSize());
    program.append(print("size " + name, "(long long) sizeof(struct " + name + ")"));
    addMembers(program, name, layout, "", 0);
  }

  private void addMembers(
      StringBuilder program, String structure, GroupLayout group, String prefix, long base) {
    for (MemoryLayout member : group.memberLayouts()) {
      if (member instanceof PaddingLayout) {
        continue;
      }
      String name = member.name().orElseThrow();
      if (RESERVED.matcher(name).matches()) {
        continue;
      }
      long offset = base + group.byteOffset(PathElement.groupElement(name));
      boolean anonymous = name.startsWith(ANONYMOUS);
      String path = anonymous ? prefix : prefix + name;
      if (!anonymous) {
        addOffset(program, structure, path, offset);
      }
      if (member instanceof GroupLayout nested) {
        addMembers(program, structure, nested, anonymous ? prefix : path + ".", offset);
      }
    }
  }

  private void addOffset(StringBuilder program, String structure, String path, long offset) {
    String item = "offset " + structure + "." + path;
    expected.put(item, offset);
    String line = print(item, "(long long) offsetof(struct " + structure + ", " + path + ")");
    String macro = isNewer(item) ? NEWEST_MACRO : ANY_MACRO;
    program.append("#ifdef ").append(macro).append('\n').append(line).append("#endif\n");
  }

  private void addErrno(StringBuilder program, Field field) throws IllegalAccessException {
    int value = field.getInt(null);
    expected.put("errno " + field.getName(), (long) value);
    program.append(print("errno " + field.getName(), "(long long) " + field.getName()));
    program.append("printf(\"text " + value + "=%s\\n\", strerror(" + value + "));\n");
  }

  private void addSystemCall(StringBuilder program, Field field) throws IllegalAccessException {
    String item = "system call " + field.getName();
    expected.put(item, (long) field.getInt(null));
    String macro = "__NR_" + field.getName().toLowerCase(Locale.ROOT);
    program.append(print(item, "(long long) " + macro));
  }

  private static String print(String item, String expression) {
    return "printf(\"" + item + "=%lld\\n\", " + expression + ");\n";
  }

  private static Map<String, String> run(Path directory, String program) throws Exception {
    Path source = Files.writeString(directory.resolve("layout.c"), program);
    Path binary = directory.resolve("layout");
    assumeTrue(isInstalled("gcc"), "gcc is not installed");
    String messages =
        output("gcc", "-I", INCLUDES.toString(), "-o", binary.toString(), source.toString());
    assertEquals("", messages);
    Map<String, String> values = new TreeMap<>();
    for (String line : output(binary.toString()).lines().toList()) {
      int equals = line.indexOf('=');
      values.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return values;
  }

  private static boolean isInstalled(String command) {
    for (String directory : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(directory, command))) {
        return true;
      }
    }
    return false;
  }

  private static String output(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return text;
  }
}
