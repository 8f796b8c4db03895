package io.sluice.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserDataTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 2, 3",
    "255, 16777215, -1",
    "128, 8388608, -2147483648",
    "127, 1, 2147483647"
  })
  void partsComeBack(int operation, int generation, int slot) {
    long packed = UserData.pack(operation, generation, slot);
    assertEquals(operation, UserData.operation(packed));
    assertEquals(generation, UserData.generation(packed));
    assertEquals(slot, UserData.slot(packed));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "41, 42", "16777214, 16777215", "16777215, 0"})
  void generationsFollowEachOtherInACircle(int generation, int next) {
    assertEquals(next, UserData.nextGeneration(generation));
  }

  @ParameterizedTest
  @CsvSource({"16777216, 0", "16777217, 1", "-1, 16777215"})
  void generationThatIsTooLargeDoesNotReachTheOperation(int generation, int kept) {
    long packed = UserData.pack(5, generation, -1);
    assertEquals(5, UserData.operation(packed));
    assertEquals(kept, UserData.generation(packed));
  }
}
