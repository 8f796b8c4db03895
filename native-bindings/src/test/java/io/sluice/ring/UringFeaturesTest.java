package io.sluice.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.linux.KernelVersion;
import io.sluice.linux.generated.Libc;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UringFeaturesTest {
  @Test
  void allFlagsAreTriedAtOnceFirst() {
    int[] setups = new int[1];
    Set<UringFeature> features =
        UringFeatures.probeSetup(
            flags -> {
              setups[0]++;
              return true;
            });
    assertEquals(1, setups[0]);
    assertTrue(features.contains(UringFeature.NO_SQARRAY));
  }

  @Test
  void oldKernelIsAskedForEachFlag() {
    int known =
        Libc.IORING_SETUP_CQSIZE() | Libc.IORING_SETUP_CLAMP() | Libc.IORING_SETUP_SUBMIT_ALL();
    assertEquals(
        EnumSet.of(UringFeature.CQSIZE, UringFeature.CLAMP, UringFeature.SUBMIT_ALL),
        UringFeatures.probeSetup(flags -> (flags & ~known) == 0));
  }

  @Test
  void deferredWorkIsAskedForTogetherWithItsPrerequisite() {
    int unknown = Libc.IORING_SETUP_NO_SQARRAY();
    int single = Libc.IORING_SETUP_SINGLE_ISSUER();
    int deferred = Libc.IORING_SETUP_DEFER_TASKRUN();
    Set<UringFeature> features =
        UringFeatures.probeSetup(
            flags -> (flags & unknown) == 0 && ((flags & deferred) == 0 || (flags & single) != 0));
    assertTrue(features.contains(UringFeature.DEFER_TASKRUN));
  }

  @Test
  void missingOperationIsNamed() {
    Set<UringOperation> operations = EnumSet.allOf(UringOperation.class);
    operations.remove(UringOperation.SEND_ZC);
    UringFeatures.requireOperations(new KernelVersion(5, 10), operations);
    operations.remove(UringOperation.OPENAT);
    Exception failed =
        assertThrows(
            UnsupportedOperationException.class,
            () -> UringFeatures.requireOperations(new KernelVersion(5, 4), operations));
    assertEquals(
        "Linux 5.4 lacks the io_uring operation IORING_OP_OPENAT. Use Linux 5.10 or newer.",
        failed.getMessage());
  }

  @Test
  void propertyNamesFeatures() {
    assertEquals(Set.of(), UringFeatures.namedIn(""));
    assertEquals(
        Set.of(UringFeature.NO_SQARRAY, UringFeature.DEFER_TASKRUN),
        UringFeatures.namedIn(" NO_SQARRAY, DEFER_TASKRUN"));
    assertFalse(UringFeatures.namedIn("optional").contains(UringFeature.CQSIZE));
    assertTrue(UringFeatures.namedIn("optional").contains(UringFeature.SINGLE_ISSUER));
  }

  @Test
  void unknownNameInThePropertyIsRefused() {
    Exception failed =
        assertThrows(
            IllegalArgumentException.class, () -> UringFeatures.namedIn("NO_SQARRAY,SQPOLL"));
    assertTrue(failed.getMessage().contains("'SQPOLL'"));
    assertTrue(failed.getMessage().contains("SINGLE_ISSUER"));
  }

  @Test
  @Tag("kernel")
  void disabledFeatureStaysSupported() {
    UringFeatures probed = UringFeatures.probe();
    UringFeatures without = probed.without(UringFeature.CQSIZE);
    assertEquals(probed.isSupported(UringFeature.CQSIZE), without.isSupported(UringFeature.CQSIZE));
    assertFalse(without.isEnabled(UringFeature.CQSIZE));
    assertEquals(0, without.setupFlags() & Libc.IORING_SETUP_CQSIZE());
  }

  @Test
  @Tag("kernel")
  void deferredWorkGoesWithItsPrerequisite() {
    UringFeatures without = UringFeatures.probe().without(UringFeature.SINGLE_ISSUER);
    assertEquals(0, without.setupFlags() & Libc.IORING_SETUP_DEFER_TASKRUN());
    assertFalse(without.isEnabled(UringFeature.DEFER_TASKRUN));
    IoUring.open(without, 4, 8).close();
  }

  @Test
  @Tag("kernel")
  void oldestKernelGetsNoNewFlag() {
    int floor = Libc.IORING_SETUP_CQSIZE() | Libc.IORING_SETUP_CLAMP();
    assertEquals(0, UringFeatures.probe().asOnLinux510().setupFlags() & ~floor);
  }

  @Test
  @Tag("kernel")
  void eachFeatureCanBeMissing() {
    UringFeatures probed = UringFeatures.probe();
    for (UringFeature feature : UringFeature.values()) {
      IoUring.open(probed.without(feature), 4, 8).close();
    }
  }

  @Test
  @Tag("kernel")
  void tableHasALineForEachFeature() {
    assertEquals(UringFeature.values().length, UringFeatures.probe().table().lines().count());
  }
}
