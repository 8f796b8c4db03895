package io.sluice.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.Errno;
import io.sluice.ring.UringAvailability;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.doctor.Finding.Outcome;
import io.sluice.server.node.MemoryTable;
import io.sluice.server.node.MemoryTable.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DoctorTest {
  private static final long MIB = 1 << 20;

  /** 40 MiB mapped, of which 32 are transfer buffers; 100 firm on v1, 110 on v2, 120 in all. */
  private static final MemoryTable TABLE =
      new MemoryTable(
          List.of(
              new MemoryTable.Row("transfer buffers", 32 * MIB, Kind.FIXED),
              new MemoryTable.Row(MemoryTable.RINGS, 8 * MIB, Kind.FIXED),
              new MemoryTable.Row("heap", 60 * MIB, Kind.HEAP),
              new MemoryTable.Row("sockets", 10 * MIB, Kind.SOCKET),
              new MemoryTable.Row("files", 10 * MIB, Kind.RECLAIMABLE)));

  private final FakeMachine machine = new FakeMachine();
  @TempDir private Path layout;
  private Path blobs;

  @BeforeEach
  void fillTheStore() throws IOException {
    blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    Files.writeString(blobs.resolve("0123"), "a blob");
  }

  private Finding find(String subject) {
    return find(subject, new StoreChoice.OciLayout(layout));
  }

  private Finding find(String subject, StoreChoice store) {
    Settings settings = Settings.builder().store(store).loops(1).maxConnections(1000).build();
    for (Finding finding : new Doctor(settings, machine, TABLE).examine()) {
      if (finding.subject().equals(subject)) {
        return finding;
      }
    }
    throw new AssertionError("nobody looked at " + subject);
  }

  private static void assertFinding(Outcome outcome, String part, Finding finding) {
    assertEquals(outcome, finding.outcome(), finding.toString());
    assertTrue(finding.text().contains(part), finding.toString());
    if (outcome != Outcome.OK) {
      assertTrue(finding.text().endsWith("."), finding.toString());
    }
  }

  @Test
  void allIsWell() {
    Settings settings =
        Settings.builder().store(new StoreChoice.OciLayout(layout)).maxConnections(1000).build();
    for (Finding finding : new Doctor(settings, machine, TABLE).examine()) {
      assertEquals(Outcome.OK, finding.outcome(), finding.toString());
      assertTrue(finding.toString().startsWith("ok    " + finding.subject() + ": "));
    }
  }

  @ParameterizedTest
  @CsvSource({"5.9.16, FAIL", "4.18.0-553.el8, FAIL", "5.10.0-30-amd64, OK", "6.18.1, OK"})
  void theKernelIsNewEnough(String release, Outcome outcome) {
    machine.kernelRelease = release;
    assertFinding(outcome, "Linux " + release, find("kernel"));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AVAILABLE")
  void whoForbidsIoUringIsNamedWithTheRemedy(UringAvailability availability) {
    machine.uring = availability;
    Finding finding = find("io_uring");
    assertFinding(Outcome.FAIL, availability.finding(), finding);
    assertTrue(finding.text().contains(availability.remedy().substring(1)), finding.toString());
  }

  @Test
  void missingOperationsAreNamed() {
    machine.missingOperations = "This kernel lacks SEND.";
    assertFinding(Outcome.FAIL, "This kernel lacks SEND.", find("io_uring"));
  }

  @ParameterizedTest
  @CsvSource({
    "6.1.0, 0, OK",
    "5.12.0, 0, OK",
    "5.11.0, 8388607, FAIL",
    "5.10.0, 8388607, FAIL",
    "5.10.0, 8388608, OK"
  })
  void before512LockedMemoryHoldsTheRings(String release, long bytes, Outcome outcome) {
    machine.kernelRelease = release;
    machine.lockableBytes = bytes;
    assertFinding(outcome, "", find("memlock"));
  }

  @ParameterizedTest
  @CsvSource({
    "true, 119, WARN", "true, 110, WARN", "true, 109, FAIL", "true, 120, OK",
    "false, 109, WARN", "false, 100, WARN", "false, 99, FAIL", "false, 110, OK"
  })
  void theMemoryLimitHoldsWhatANodeCanTake(boolean charged, long limitMiB, Outcome outcome) {
    machine.socketMemoryCharged = charged;
    machine.memoryLimitBytes = limitMiB * MIB;
    assertFinding(outcome, "limited to " + limitMiB + "MiB", find("memory"));
  }

  @ParameterizedTest
  @CsvSource({"1767, FAIL", "1768, WARN", "2303, WARN", "2304, OK", "9223372036854775807, OK"})
  void thereAreDescriptorsForAllConnections(long limit, Outcome outcome) {
    machine.descriptorLimit = limit;
    assertFinding(outcome, "", find("descriptors"));
  }

  @Test
  void aStoreThatIsMissingIsNamed() {
    assertFinding(
        Outcome.WARN,
        "does not exist yet",
        find("store", new StoreChoice.OciLayout(layout.resolve("none"))));
    assertFinding(
        Outcome.FAIL,
        "--containerd-content-path",
        find("store", new StoreChoice.Containerd(layout, layout.resolve("none"))));
  }

  @Test
  void aDirectoryWithoutBlobsIsNoStore() throws IOException {
    Files.delete(blobs.resolve("0123"));
    Files.delete(blobs);
    assertFinding(Outcome.FAIL, "--store oci:PATH", find("store"));
  }

  @Test
  void aContainerdThatIsNotThereIsAWarning() {
    assertFinding(
        Outcome.WARN,
        "start containerd",
        find("store", new StoreChoice.Containerd(layout.resolve("sock"), layout)));
    assertFinding(
        Outcome.OK, "containerd", find("store", new StoreChoice.Containerd(layout, layout)));
  }

  @Test
  void aFileSystemWithoutDirectIoIsNamedWithItsError() {
    machine.directIo = new DirectIo(Errno.EINVAL, 0, 0);
    assertFinding(Outcome.WARN, "refuses it (EINVAL)", find("O_DIRECT"));
  }

  @ParameterizedTest
  @CsvSource({"512, 4096, OK", "4096, 512, OK", "0, 0, OK", "512, 8192, WARN", "65536, 512, WARN"})
  void alignmentsUpToATransfersAreFine(int memory, int offset, Outcome outcome) {
    machine.directIo = new DirectIo(0, memory, offset);
    assertFinding(outcome, "", find("O_DIRECT"));
  }

  @Test
  void directIoIsNotTriedOnAnEmptyStore() throws IOException {
    Files.writeString(blobs.resolve("0123"), "");
    assertFinding(Outcome.WARN, "run doctor again", find("O_DIRECT"));
  }
}
