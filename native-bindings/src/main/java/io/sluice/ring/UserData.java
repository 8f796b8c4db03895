package io.sluice.ring;

/**
 * What a submission carries to its completion, packed into a long: {@code operation (8 bits) |
 * generation (24 bits) | slot (32 bits)}. The generation tells a completion for the present owner
 * of a slot from a late one for the previous owner.
 */
public final class UserData {
  /** The largest operation. */
  public static final int MAX_OPERATION = 0xff;

  /** The largest generation; the one after it is 0. */
  public static final int MAX_GENERATION = 0xff_ffff;

  private static final int OPERATION_SHIFT = 56;
  private static final int GENERATION_SHIFT = 32;

  private UserData() {}

  /**
   * Packs the three; the upper bits of an operation or a generation that is too large are dropped.
   *
   * @param operation what was submitted, 0 to {@link #MAX_OPERATION}
   * @param generation of the slot's owner, 0 to {@link #MAX_GENERATION}
   * @param slot the owner, any int
   */
  public static long pack(int operation, int generation, int slot) {
    return (long) operation << OPERATION_SHIFT
        | (long) (generation & MAX_GENERATION) << GENERATION_SHIFT
        | Integer.toUnsignedLong(slot);
  }

  /** The operation, 0 to {@link #MAX_OPERATION}. */
  public static int operation(long userData) {
    return (int) (userData >>> OPERATION_SHIFT);
  }

  /** The generation, 0 to {@link #MAX_GENERATION}. */
  public static int generation(long userData) {
    return (int) (userData >>> GENERATION_SHIFT) & MAX_GENERATION;
  }

  /** The slot. */
  public static int slot(long userData) {
    return (int) userData;
  }

  /** The generation after {@code generation}. */
  public static int nextGeneration(int generation) {
    return generation + 1 & MAX_GENERATION;
  }
}
